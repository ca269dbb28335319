import { limits } from "@flamenco/language";
import t from "tap";
import { codesOf, fileOf, imports, verifySmall } from "./support/programs.js";

const body = (text: string): string => `${imports}export function lf(row, stats) { ${text} }`;

/** Attack, text, code of its first refusal. */
const attacks: readonly (readonly [string, string, string])[] = [
  ["four kilobytes of !", fileOf(`${"!".repeat(4096)}row.lost`), "FLM_LF_LIMIT"],
  ["alternating prefix operators", fileOf(`${"-!".repeat(2000)}row.size > 1`), "FLM_LF_LIMIT"],
  ["typeof chain", fileOf(`${"typeof ".repeat(2000)}row.size > 1`), "FLM_LF_LIMIT"],
  ["nested parentheses", fileOf(`${"(".repeat(2000)}row.lost${")".repeat(2000)}`), "FLM_LF_LIMIT"],
  ["nested arrays", fileOf(`${"[".repeat(1500)}${"]".repeat(1500)}.includes(row.port)`), "FLM_LF_LIMIT"],
  ["nested arrows", `const f = ${"a => ".repeat(1300)}1;`, "FLM_LF_LIMIT"],
  ["nested blocks", body(`${"{".repeat(1500)}${"}".repeat(1500)}`), "FLM_LF_LIMIT"],
  ["long ternary", fileOf(`(${"row.lost ? 1 : ".repeat(500)}2) > row.size`), "FLM_LF_LIMIT"],
  ["long sum", fileOf(`${"row.size + ".repeat(900)}1 > 2`), "FLM_LF_LIMIT"],
  ["nested ifs without braces", body(`${"if (row.lost) ".repeat(600)}return ABSTAIN;`), "FLM_LF_LIMIT"],
  ["nested generics in a type", `type A = ${"A<".repeat(1500)}1${">".repeat(1500)};`, "FLM_LF_LIMIT"],
  ["conditional type tower", `type A = ${"1 extends 2 ? 3 : ".repeat(300)}4;`, "FLM_LF_LIMIT"],
  [
    "depth bought back by a regular expression",
    fileOf(`${"(".repeat(40)}${"/)))))))))))))))/; ".repeat(3)}${"(".repeat(40)}`),
    "FLM_LF_SYNTAX",
  ],
  [
    "depth hidden behind a regular expression's brackets",
    fileOf(`/[${")".repeat(60)}]/.test(row.service) && ${"(".repeat(60)}row.lost${")".repeat(60)}`),
    "FLM_LF_LIMIT",
  ],
  [
    "a table of ports",
    fileOf(`[${Array.from({ length: 300 }, (_, i) => i).join(", ")}].includes(row.port)`),
    "FLM_LF_LIMIT",
  ],
  ["a tower of array types", `type A = 1${"[]".repeat(400)};`, "FLM_LF_LIMIT"],
  ["a constant under another's name", 'import { ICMP as UDP } from "@flamenco/lf";', "FLM_LF_CONSTRUCT"],
  ["a large file", `${imports}// ${"a".repeat(limits.fileBytes)}`, "FLM_LF_LIMIT"],
  ["many tokens", `${imports}${";".repeat(limits.fileTokens)}`, "FLM_LF_LIMIT"],
  [
    "exponential inlining",
    `${imports}const h0 = (x) => x > 1;${Array.from({ length: 30 }, (_, i) => `const h${i + 1} = (x) => h${i}(x) && h${i}(x + 1);`).join("")}`,
    "FLM_LF_LIMIT",
  ],
  [
    "exponential consts",
    body(
      `const x0 = row.size;${Array.from({ length: 40 }, (_, i) => `const x${i + 1} = x${i} + x${i};`).join("")} return x40 > 1 ? "attack" : ABSTAIN;`,
    ),
    "FLM_LF_LIMIT",
  ],
  ["recursion", `${imports}const f = (x) => f(x);`, "FLM_LF_RECURSION"],
  [
    "mutual recursion of hoisted functions",
    `${imports}function f(x) { return g(x); } function g(x) { return f(x); }`,
    "FLM_LF_RECURSION",
  ],
  ["a labeling function that calls itself", body("return lf(row, stats);"), "FLM_LF_RECURSION"],
  ["escaped identifier", fileOf("row.\\u0073ize > 1"), "FLM_LF_CONSTRUCT"],
  ["escaped keyword", body("\\u{72}eturn ABSTAIN;"), "FLM_LF_CONSTRUCT"],
  ["escaped string", fileOf('row.service === "\\x77eb"'), "FLM_LF_CONSTRUCT"],
  ["bidirectional override in a comment", fileOf("row.size > 1 /* \u202e */"), "FLM_LF_CONSTRUCT"],
  ["NUL in a comment", fileOf("row.size > 1 /* \u0000 */"), "FLM_LF_CONSTRUCT"],
  ["zero width in a label", body('return row.lost ? "att\u200back" : ABSTAIN;'), "FLM_LF_CONSTRUCT"],
  ["lone surrogate in a text", fileOf('row.service === "\ud800"'), "FLM_LF_CONSTRUCT"],
  ["homoglyph name", `${imports}const f\u043e = 1;`, "FLM_LF_NAME"],
  ["constructor of the row", fileOf("row.constructor.constructor === 1"), "FLM_LF_FIELD"],
  ["prototype of the row", fileOf("row.__proto__ === 1"), "FLM_LF_FIELD"],
  ["inherited name of the statistics", fileOf("stats.toString.p75 > row.size"), "FLM_LF_FIELD"],
  ["inherited name as a statistic", fileOf("stats.size.constructor > row.size"), "FLM_LF_STATISTIC"],
  ["inherited Math", fileOf("Math.constructor(row.size) > 1"), "FLM_LF_NAME"],
  ["Math.random", fileOf("Math.random() > row.size"), "FLM_LF_NAME"],
  ["constructor of a number", fileOf("row.size.constructor === 1"), "FLM_LF_CONSTRUCT"],
  ["method of an array", fileOf("[1].map(row.size) === 1"), "FLM_LF_CONSTRUCT"],
  ["a const named __proto__", body("const __proto__ = row.size; return ABSTAIN;"), "FLM_LF_NAME"],
  [
    "an LF named constructor",
    `${imports}export function constructor(row) { return row.lost ? "attack" : ABSTAIN; }`,
    "FLM_LF_NAME",
  ],
  ["two LFs of one name", `${imports}export const a = (row) => eval;\nexport const a = (row) => eval;`, "FLM_LF_NAME"],
  ["shadowed Math", `${imports}const Math = 1;`, "FLM_LF_NAME"],
  ["shadowed constant of the language", "const UDP = 6;", "FLM_LF_NAME"],
  ["shadowed parameter", body("{ const row = 1; } return ABSTAIN;"), "FLM_LF_NAME"],
  ["state at the top", `${imports}let seen = 0;`, "FLM_LF_STATE"],
  ["state through a field", body("row.size = 1; return ABSTAIN;"), "FLM_LF_STATE"],
  ["state through globalThis", body("globalThis.seen = row.size; return ABSTAIN;"), "FLM_LF_STATE"],
  ["state through this", body("this.seen = row.size; return ABSTAIN;"), "FLM_LF_STATE"],
  [
    "state through an array",
    `${imports}const seen = [1];\nexport function lf(row) { return seen.push(row.size) > 1 ? "attack" : ABSTAIN; }`,
    "FLM_LF_CONSTRUCT",
  ],
  ["the clock", fileOf("Date.now() > row.size"), "FLM_LF_NAME"],
  ["eval", fileOf('eval("1") > row.size'), "FLM_LF_NAME"],
  ["a private field", fileOf('row.address === "10.0.0.1"'), "FLM_LF_PRIVATE_FIELD"],
  [
    "a private field handed to a helper",
    `${imports}const f = (r) => r.address === "a";\nexport function lf(row) { return f(row) ? "attack" : ABSTAIN; }`,
    "FLM_LF_PRIVATE_FIELD",
  ],
  ["statistics of a private field", fileOf("stats.address.count > row.size"), "FLM_LF_PRIVATE_FIELD"],
  ["the truth column", fileOf("row.__truth === 1"), "FLM_LF_FIELD"],
  ["a minimum", fileOf("row.size > stats.size.min"), "FLM_LF_STATISTIC"],
  ["vote of the statistics alone", fileOf("stats.size.p75 > stats.gap.p75"), "FLM_LF_CONSTANT"],
  ["one vote for all", body('if (row.lost) return "attack"; return "attack";'), "FLM_LF_CONSTANT"],
  ["a computed label", body("return row.service;"), "FLM_LF_LABEL"],
  ["a label of another task", body('return row.lost ? "atack" : ABSTAIN;'), "FLM_LF_LABEL"],
  ["a number as a vote", body("return row.lost ? 1 : 0;"), "FLM_LF_LABEL"],
  ["a path without a vote", body('if (row.lost) return "attack";'), "FLM_LF_NOT_TOTAL"],
  [
    "code after every path has returned",
    body('if (row.lost) return "attack"; else return ABSTAIN; return eval;'),
    "FLM_LF_CONSTRUCT",
  ],
  ["more digits than a rule has", fileOf("row.port > 1234567"), "FLM_LF_NUMBER"],
  ["a fingerprint behind the point", fileOf("row.size > 0.1234567"), "FLM_LF_NUMBER"],
  ["exponent", fileOf("row.size > 1e5"), "FLM_LF_NUMBER"],
  ["a number beyond any network", fileOf(`row.size > 1${"0".repeat(400)}`), "FLM_LF_NUMBER"],
  [
    "too many leaves",
    body(
      `${Array.from({ length: 60 }, (_, i) => `if (row.port === ${i}) { if (row.lost) return "benign"; return "attack"; }`).join("")} return ABSTAIN;`,
    ),
    "FLM_LF_LIMIT",
  ],
  ["too many predicates", fileOf(Array.from({ length: 70 }, (_, i) => `row.port > ${i}`).join(" || ")), "FLM_LF_LIMIT"],
  [
    "an unused helper that is not permitted",
    `${fileOf("row.lost")}const unused = (x: number) => x.constructor;`,
    "FLM_LF_CONSTRUCT",
  ],
  [
    "an unused helper with a wrong field",
    `import { type Small } from "@flamenco/lf";\nconst unused = (row: Small) => row.sise > 1;`,
    "FLM_LF_FIELD",
  ],
  [
    "parameters beyond row and statistics",
    `${imports}export function lf(row, stats, more) { return ABSTAIN; }`,
    "FLM_LF_TYPE",
  ],
  ["row of another kind", 'import { type Flow } from "@flamenco/lf";', "FLM_LF_NAME"],
  ["not TypeScript", "export function (", "FLM_LF_SYNTAX"],
  ["an empty file", "", "FLM_LF_EMPTY"],
];

t.test("hostile text is refused, never thrown", async (t) => {
  for (const [attack, text, code] of attacks) {
    const { refusals, lfs } = verifySmall(text);
    const [first] = refusals;
    t.equal(first?.code, code, `${attack}: ${first?.message}`);
    t.ok(refusals.length <= limits.refusalsPerFile);
    if (!attack.startsWith("an unused helper")) t.same(lfs, [], `${attack}: no LF`);
  }
});

t.test("one statement buys less than a few seconds of the verifier, whatever it says", async (t) => {
  const texts = [
    `${imports}${Array.from({ length: 60 }, (_, i) => `export const f${i} = (row) => h9(row.size) ? "attack" : ABSTAIN;`).join("\n")}
     const h0 = (x) => x > 1;${Array.from({ length: 9 }, (_, i) => `const h${i + 1} = (x) => h${i}(x) || h${i}(x * 3);`).join("")}`,
    fileOf(Array.from({ length: 16 }, (_, i) => `(row.size > ${i} || row.gap > ${i})`).join(" && ")),
  ];
  for (const text of texts) t.ok(codesOf(verifySmall(text)).every((code) => code === "FLM_LF_LIMIT"));
});

t.test("a granted private field can be read, and the certificate says so", async (t) => {
  const { lfs, refusals } = verifySmall(fileOf('row.address === "a"'), ["address"]);
  t.same(refusals, []);
  t.same(lfs[0]?.certificate.privateFields, ["address"]);
});
