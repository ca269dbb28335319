export { renderTreeSvg } from "./svg.js";
export { renderTreeText } from "./text.js";
