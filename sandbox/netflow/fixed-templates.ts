import { elementOf } from "./elements.js";
import { makeTemplate, type Template } from "./template.js";

/** Ids of elements and octets of the fields of a record that has no template; 210 is padding. */
type Layout = readonly (readonly [id: number, length: number])[];

/** From addresses to end of flow, the same in NetFlow v1, v5 and v7. */
const common: Layout = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
];
/** Autonomous systems and prefix lengths. */
const routing: Layout = [
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [210, 2],
];

const layouts: Readonly<Record<1 | 5 | 7, Layout>> = {
  1: [...common, [210, 2], [4, 1], [5, 1], [6, 1], [210, 11]],
  5: [...common, [210, 1], [6, 1], [4, 1], [5, 1], ...routing],
  7: [...common, [210, 1], [6, 1], [4, 1], [5, 1], ...routing, [43, 4]],
};

/** Records of the versions without templates (Cisco, NetFlow Services Solutions Guide, appendix), read as if they had one. */
export const fixedTemplates: Readonly<Record<1 | 5 | 7, Template>> = {
  1: templateOf(1),
  5: templateOf(5),
  7: templateOf(7),
};

function templateOf(version: 1 | 5 | 7): Template {
  const fields = layouts[version].map(([id, length]) => ({ element: elementOf(0, id, version), length }));
  return makeTemplate(0, false, fields);
}
