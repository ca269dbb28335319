// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

import { asKernel, asLf, attempt, bomb, type EscapeProgram, text } from "./escape-program.js";

const times = (piece: string, count: number): string => piece.repeat(count);
const list = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join("");

/** Work without end, or far beyond what the program's length promises. */
export const endlessWork: readonly EscapeProgram[] = [
  bomb("for", "loops for ever", "for (;;) {}"),
  bomb("while", "loops for ever", "while (true) {}"),
  bomb("do", "loops for ever", "do {} while (true);"),
  bomb("labeled continue", "loops for ever by a label", "again: for (;;) continue again;"),
  bomb("loop in a finally", "goes on after it was stopped", "for (;;) { try { for (;;) {} } finally { for (;;) {} } }"),
  {
    ...bomb("loop at start", "loops before the first row", ""),
    lf: asLf("", "for (;;) {}"),
    guest: asKernel("", "for (;;) {}"),
  },
  bomb(
    "generator without end",
    "walks a list that has no end",
    "for (const x of (function* () { for (;;) yield 1; })()) ;",
  ),
  bomb("async loop", "loops where nothing waits for it", "(async () => { for (;;) {} })();"),
  bomb(
    "catastrophic regular expression",
    "backtracks without end",
    '/^(a+)+$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");',
  ),
  bomb(
    "power of a big integer",
    "computes a number of a hundred million digits",
    "if (7n ** 200000000n === 1n) return;",
  ),
  bomb(
    "nested loops",
    "loops for longer than anybody lives",
    "for (let a = 0; a < 1e9; a++) for (let b = 0; b < 1e9; b++) ;",
  ),
  attempt("sort without end", "lets a comparison never settle", "[3, 2, 1].sort(() => 1);"),
];

/** Text that costs the reader more than it cost the writer. */
export const parserBombs: readonly EscapeProgram[] = [
  attempt("four kilobytes of !", "overflows a parser's stack", `if (${times("!", 4096)}flow.packets) return;`, {
    isolate: ["error", "nothing"],
  }),
  attempt("parentheses", "nests two thousand deep", `if (${times("(", 2000)}1${times(")", 2000)} > 2) return;`),
  attempt("arrays", "nests two thousand deep", `if (${times("[", 2000)}${times("]", 2000)} === 2) return;`),
  attempt("arrows", "nests functions a thousand deep", `const f = ${times("a => ", 1300)}1;`),
  attempt("blocks", "nests blocks two thousand deep", `${times("{", 2000)}${times("}", 2000)}`),
  attempt("ternaries", "nests choices five hundred deep", `const x = ${times("flow.packets ? 1 : ", 500)}2;`),
  attempt("ifs without braces", "nests conditions six hundred deep", `${times("if (flow.packets) ", 600)} return;`),
  attempt(
    "templates in templates",
    "nests strings a hundred deep",
    `const x = ${times("`${", 100)}1${times("}`", 100)};`,
  ),
  attempt("long sum", "makes a tree as deep as it is long", `if (${times("flow.packets + ", 3000)}1 < 0) return;`),
  attempt("chain of members", "makes a chain as deep as it is long", `flow${times(".packets", 1500)};`),
  attempt(
    "chain of else",
    "makes five hundred branches",
    `${list(500, (i) => `if (flow.packets === ${i}) return; else `)} return;`,
  ),
  text("conditional types", "lets a type checker compute", `type A = ${times("1 extends 2 ? 3 : ", 300)}4;`),
  text(
    "recursive type",
    "lets a type checker recurse",
    asLf("eval(1);", "type A<T> = T extends string ? A<`${T}x`> : A<[T]>; type B = A<1>;"),
  ),
  text(
    "union that explodes",
    "lets a type checker multiply",
    asLf(
      "eval(1);",
      `type D = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"; type E = \`${times("${D}", 12)}\`;`,
    ),
  ),
  text("tower of generics", "nests types fifteen hundred deep", `type A = ${times("A<", 1500)}1${times(">", 1500)};`),
  text("a large file", "sends more than a file may hold", asLf(`// ${times("a", 20_000)}`)),
  text("many tokens", "sends more tokens than a file may hold", asLf(times(";", 5000))),
  text(
    "many functions",
    "exports more functions than a file may hold",
    list(100, (i) => `export const f${i} = (row) => "attack";\n`),
  ),
  text("unclosed comment", "lets the scanner run to the end", asLf("/* ")),
  text("unclosed string", "lets the scanner run to the end", asLf('const a = "')),
];

export const hugeLiterals: readonly EscapeProgram[] = [
  attempt(
    "digits",
    "writes a number of four hundred digits",
    `if (flow.packets === 1${times("0", 400)}) { codes[0] = 2; return; }`,
  ),
  attempt("exponent", "writes infinity as a number", "if (flow.packets > 1e999) { codes[0] = 2; return; }"),
  attempt(
    "fingerprint",
    "finds one row by fifteen digits",
    "if (flow.packets === 918.273645546372) { codes[0] = 2; return; }",
  ),
  attempt("big integer", "writes a big integer of three thousand digits", `if (1${times("7", 3000)}n === 2n) return;`),
  attempt(
    "hexadecimal",
    "writes a number that a reader does not see",
    "if (flow.packets === 0x36BBCC0D0) { codes[0] = 2; return; }",
  ),
  attempt(
    "long text",
    "writes a text of ten thousand letters",
    `if (flow.packets === "${times("x", 10_000)}") { codes[0] = 2; return; }`,
  ),
  attempt(
    "table of ports",
    "writes a list of a thousand numbers",
    `const ports = [${list(1000, (i) => `${i},`)}]; ports.includes(flow.packets);`,
  ),
];

const doubled = (count: number): string => list(count, (i) => `const x${i + 1} = x${i} + x${i};\n`);

export const inlining: readonly EscapeProgram[] = [
  text(
    "helpers that double",
    "grows to a billion nodes when helpers are inlined",
    asLf(
      "if (h30(flow.packets)) return 'attack';",
      `const h0 = (x: number) => x > 1;\n${list(30, (i) => `const h${i + 1} = (x: number) => h${i}(x) && h${i}(x * 3);\n`)}`,
    ),
  ),
  attempt(
    "consts that double",
    "grows to a trillion nodes when consts are written out",
    `const x0 = flow.packets;\n${doubled(40)} if (x40 < 0) return;`,
    {
      lf: asLf(`const x0 = flow.packets;\n${doubled(40)} if (x40 > 1) return "attack";`),
      isolate: ["nothing"],
    },
  ),
  text(
    "leaves that multiply",
    "has more votes than a tree may show",
    asLf(
      list(
        70,
        (i) =>
          `if (flow.srcPort === ${i}) { if (flow.packets > stats.packets.p50) return "benign"; return "attack"; }\n`,
      ),
    ),
  ),
  text(
    "predicates",
    "asks more than a reviewer can read",
    asLf(list(80, (i) => `if (flow.srcPort === ${i}) return "attack";\n`)),
  ),
];
