/** Colors of Okabe and Ito (2008), told apart with every common color blindness. Nothing in a plot is told by color alone. */
export const palette = Object.freeze({
  blue: "#0072B2",
  vermilion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  orange: "#E69F00",
  sky: "#56B4E9",
  ink: "#222222",
  quiet: "#6b6b6b",
  grid: "#e4e4e4",
  bar: "#d4d9de",
});
