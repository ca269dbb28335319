export { renderTreeDot } from "./dot.js";
export { renderTreeMermaid } from "./mermaid.js";
export { renderTreeSvg } from "./svg.js";
export { renderTreeText } from "./text.js";
export { escapeXml } from "./xml-text.js";
