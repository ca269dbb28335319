import { asKernel, asLf, attempt, type EscapeProgram } from "./escape-program.js";

/** State between rows. An isolate keeps what a kernel keeps: it is the verifier that forbids it. */
const remember = (
  name: string,
  attack: string,
  lf: { above?: string; statements: string },
  guest: { above?: string; statements: string },
): EscapeProgram => ({
  ...attempt(name, attack, ""),
  lf: asLf(lf.statements, lf.above),
  guest: asKernel(guest.statements, guest.above),
  isolate: ["error", "nothing", "contained"],
});

const voteBySeen = "codes[0] = seen > 0 ? 2 : 0; return;";

export const state: readonly EscapeProgram[] = [
  remember(
    "counter at the top",
    "counts rows",
    { above: "let seen = 0;", statements: "seen = seen + 1;" },
    {
      above: "let seen = 0;",
      statements: `seen += 1; for (let row = 0; row < n; row++) codes[row] = 1; codes[0] = seen % 2;`,
    },
  ),
  remember(
    "increment",
    "counts rows by ++",
    { above: "let seen = 0;", statements: "seen++;" },
    { above: "let seen = 0;", statements: `seen++; ${voteBySeen}` },
  ),
  remember(
    "array at the top",
    "collects values of rows",
    { above: "const seen = [0];", statements: "seen.push(flow.packets);" },
    { above: "const seen = [0];", statements: "seen[seen.length] = columns[0][0];" },
  ),
  remember(
    "element of an array",
    "overwrites a constant",
    { above: "const seen = [0];", statements: "seen[0] = flow.packets;" },
    { above: "const seen = [0];", statements: `seen[0] = columns[0][0]; codes[0] = seen[0] > 1 ? 2 : 0; return;` },
  ),
  remember(
    "property of a function",
    "remembers on the labeling function itself",
    { statements: "manyPackets.seen = flow.packets;" },
    { above: "const f = () => 1; f.seen = 0;", statements: `f.seen += 1; const { seen } = f; ${voteBySeen}` },
  ),
  remember(
    "globalThis",
    "remembers on the global object",
    { statements: "globalThis.seen = flow.packets;" },
    { statements: "globalThis.seen = 1;" },
  ),
  remember(
    "undeclared name",
    "remembers by a name that nobody declared",
    { statements: "seen = flow.packets;" },
    { statements: "'use strict'; seen = 1;" },
  ),
  remember(
    "static field",
    "remembers in a class",
    { above: "class Memory { static seen = 0; }", statements: "Memory.seen = flow.packets;" },
    {
      above: "class Memory { static seen = 0; }",
      statements: `Memory.seen += 1; const { seen } = Memory; ${voteBySeen}`,
    },
  ),
  remember(
    "default parameter",
    "remembers in a value that is made once",
    { above: "const tick = (memory = { seen: 0 }) => memory.seen++;", statements: "tick();" },
    {
      above: "const made = { seen: 0 }; const tick = (memory = made) => memory.seen++;",
      statements: "tick(); tick();",
    },
  ),
  remember(
    "position of a regular expression",
    "remembers where a search ended",
    { above: "const re = /./g;", statements: 're.test("ab");' },
    { above: "const re = /./g;", statements: "re.lastIndex += 1;" },
  ),
  remember(
    "generator",
    "remembers where it yielded",
    { above: "const count = (function* () { let i = 0; for (;;) yield i++; })();", statements: "count.next();" },
    { above: "const count = (function* () { let i = 0; for (;;) yield i++; })();", statements: "count.next();" },
  ),
  remember(
    "weak map",
    "remembers beside objects",
    { above: "const m = new WeakMap();", statements: "m.set(flow, 1);" },
    { above: "const m = new WeakMap();", statements: "" },
  ),
  remember(
    "Math",
    "remembers on a permitted object",
    { statements: "Math.seen = flow.packets;" },
    { statements: "Math.seen = 1; if (Math.seen === 1) { codes[0] = 2; return; }" },
  ),
  remember(
    "votes of before",
    "reads the votes of the rows before from the host's memory",
    { statements: "if (codes[0] === 1) return 'attack';" },
    { statements: "if (codes[0] >= 0) { codes[0] = 2; return; }" },
  ),
  remember(
    "column as a notebook",
    "writes into a column what the next row shall see",
    { statements: "flow.packets = 99;" },
    { statements: "columns[0][0] = 99;" },
  ),
  remember(
    "length of the columns",
    "takes columns away for the rows that come",
    { statements: "flow.length = 0;" },
    { statements: "columns.length = 0;" },
  ),
];
