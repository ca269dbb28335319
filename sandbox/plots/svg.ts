/** A piece of SVG text that is well formed already. */
export type Markup = string & { readonly markup: unique symbol };

type Attributes = Readonly<Record<string, string | number | undefined>>;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that XML 1.0 has no place for, and those that turn or hide text: a heading may hold any of them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Text of unknown origin as character data. */
export function escapeText(text: string): Markup {
  return text.replaceAll(unprintable, "\uFFFD").replaceAll(/[&<>"']/g, (character) => entities[character]!) as Markup;
}

/** A coordinate: two decimals are a hundredth of a pixel, and the same bytes on every machine. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 || 0);
}

/** One element. Text attributes are escaped, numbers are coordinates, undefined ones are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly Markup[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? coordinate(value) : escapeText(String(value))}"`)
    .join("");
  return (
    children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`
  ) as Markup;
}

/** A line of text. */
export function text(content: string, x: number, y: number, attributes: Attributes = {}): Markup {
  return element("text", { x, y, ...attributes }, escapeText(content));
}

/** A whole drawing on a light ground, with a title for those who cannot see it. */
export function drawing(
  width: number,
  height: number,
  title: string,
  description: string,
  body: readonly Markup[],
): string {
  const markup = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "font-family": "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif",
      "font-size": 12,
      fill: ink,
    },
    element("title", {}, escapeText(title)),
    element("desc", {}, escapeText(description)),
    element("rect", { width, height, fill: "#ffffff" }),
    ...body,
  );
  return `${markup}\n`;
}

const ink = "#222222";
