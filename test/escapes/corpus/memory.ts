// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { asKernel, asLf, attempt, bomb, type EscapeProgram } from "./escape-program.js";

/** Memory without end, or at once more than there is. What the isolate's boot script takes away fails; the rest must die. */
export const memoryBombs: readonly EscapeProgram[] = [
  bomb(
    "array that grows",
    "fills an array until memory is gone",
    "const all = []; for (;;) all[all.length] = [1, 2, 3];",
  ),
  bomb(
    "object that grows",
    "fills an object until memory is gone",
    "const all = {}; for (let i = 0; ; i++) all[`k${i}`] = { i };",
  ),
  bomb(
    "string that doubles",
    "doubles a text until memory is gone",
    "let s = `${flow.packets}`; for (;;) { s += s; if (s[s.length - 1] === `x`) return; }",
  ),
  bomb(
    "list of long strings",
    "keeps many long texts",
    "const all = []; let s = `x`; for (let i = 0; i < 22; i++) s += s; for (let i = 0; ; i++) { const t = s + i; if (t[5] === `y`) return; all[i] = t; }",
  ),
  bomb("closures", "keeps a chain of functions", "let f = () => 1; for (;;) { const g = f; f = () => g; }"),
  bomb("linked list", "keeps a chain of objects", "let list = null; for (;;) list = { list, size: [0, 0, 0, 0] };"),
  bomb(
    "big integers",
    "shifts one by four billion bits",
    "let x = 1n; for (;;) { x = x << 1000000000n; if (x === 0n) return; }",
  ),
  bomb(
    "sparse array",
    "writes at the end of an array",
    "const all = []; for (let i = 1; ; i++) { all[i * 30000000] = i; for (let k = 0; k < 40000; k++) all[k + i * 40000] = {}; }",
  ),
  bomb("array at once", "asks for a billion elements", "new Array(1e9).fill(0); for (;;) ;"),
  bomb(
    "typed array at once",
    "asks for eight gigabytes beside the heap",
    "new Float64Array(2 ** 30).fill(1); for (;;) ;",
  ),
  bomb(
    "typed arrays",
    "takes memory beside the heap, piece by piece",
    "const all = []; for (;;) all.push(new Uint8Array(2 ** 24).fill(1));",
  ),
  bomb(
    "map that grows",
    "fills a map beyond its limit",
    "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i]);",
  ),
  bomb(
    "repeat",
    "makes a text of half a gigabyte",
    "const all = []; for (;;) all.push([...'x'.repeat(2 ** 29 - 24)]);",
  ),
  bomb(
    "padding",
    "makes a text by padding it",
    "const all = []; for (let i = 0; ; i++) all.push(`${i}`.padEnd(2 ** 28, `ab`).split(`b`));",
  ),
  bomb(
    "errors",
    "keeps errors with their stacks",
    "const all = []; for (;;) { try { null.x; } catch (error) { all[all.length] = error; } }",
  ),
  {
    ...bomb("memory at start", "takes memory before the first row", ""),
    lf: asLf("", "const all = []; for (;;) all[all.length] = [1];"),
    guest: asKernel("", "const all = []; for (;;) all[all.length] = [1, 2, 3];"),
  },
  attempt(
    "array of a length",
    "writes a length without elements",
    "const all = []; all.length = 4294967295; if (all.length !== 4294967295) { codes[0] = 2; return; }",
  ),
];
