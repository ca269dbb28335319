import { limits, type Refusal } from "@flamenco/language";
import { errorTable } from "@flamenco/policies/errors";
import t from "tap";
import { fileOf, imports, verifyFlow, verifySmall } from "./support/programs.js";

function only(refusals: readonly Refusal[]): Refusal {
  const [first] = refusals;
  if (first === undefined || refusals.length !== 1) throw new Error(`expected one refusal, not ${refusals.length}`);
  return first;
}

t.test("a refusal points at its place with a caret, names it and says what to write", async (t) => {
  const text = `import { ABSTAIN, type Flow } from "@flamenco/lf";
export function lf(flow: Flow) {
\treturn flow.averagePacketsize < 1 ? "attack" : ABSTAIN;
}`;
  const refusal = only(verifyFlow(text).refusals);
  t.same(refusal, {
    code: "FLM_LF_FIELD",
    path: "lfs.ts",
    line: 3,
    column: 14,
    message: 'flow/1 has no field "averagePacketsize". Did you mean averagePacketSize?',
    excerpt: '3 |  return flow.averagePacketsize < 1 ? "attack" : ABSTAIN;\n                 ^',
    lf: "lf",
  });
});

t.test("the caret stands under the place, after any line ending and in long lines", async (t) => {
  for (const newline of ["\n", "\r\n", "\r", "\u2028"]) {
    const refusal = only(verifySmall(`// a${newline}//${newline}export const f = (row) => eval;`).refusals);
    const [source = "", caret = ""] = refusal.excerpt.split("\n");
    t.match(refusal, { line: 3, column: 27 });
    t.equal(source.slice(caret.indexOf("^")), "eval;");
  }
  const long = only(verifySmall(`export const f = (row) => ${" ".repeat(3000)}eval;${" ".repeat(3000)}`).refusals);
  const [source = "", caret = ""] = long.excerpt.split("\n");
  t.ok(long.excerpt.length < 2.5 * limits.excerptLength);
  t.match(source.slice(caret.indexOf("^")), /^eval;/);
});

t.test("several mistakes are told at once, in source order, each once", async (t) => {
  const text = `${imports}const wrong = (x: number) => x % 2 > 1;
const helper = (row) => row.sise > 1 && row.prot > 2;
export function first(row, stats) {
  const a = row.size > stats.size.max;
  if (row.lost == true) return "attack";
  return "atack";
}
export function second(row, stats) {
  const a = row.gap > stats.gap.median;
  const b = row.sixe > 1;
  return a && b ? "atack" : ABSTAIN;
}
export function third(row) { return helper(row) ? "attack" : ABSTAIN; }
export function fourth(row) { return helper(row) ? "attack" : ABSTAIN; }
`;
  const { refusals, lfs, exported } = verifySmall(text);
  t.same(lfs, []);
  t.same(exported, ["first", "second", "third", "fourth"]);
  t.same(
    refusals.map(({ code, line, lf }) => [code, line, lf]),
    [
      ["FLM_LF_CONSTRUCT", 2, "wrong"],
      ["FLM_LF_FIELD", 3, "third"],
      ["FLM_LF_FIELD", 3, "third"],
      ["FLM_LF_CONSTRUCT", 6, "first"],
      ["FLM_LF_STATISTIC", 10, "second"],
      ["FLM_LF_FIELD", 11, "second"],
      ["FLM_LF_LABEL", 12, "second"],
    ],
  );
});

t.test("however much is wrong, the list is bounded", async (t) => {
  const { refusals } = verifySmall(Array.from({ length: 400 }, (_, i) => `let a${i} = 1;`).join("\n"));
  t.equal(refusals.length, limits.refusalsPerFile);
});

t.test("guest text in a message cannot write to the reader's terminal", async (t) => {
  const name = `a${"b".repeat(200)}`;
  const { refusals } = verifySmall(`export const f = (row) => row.${name} > ${name} ? "attack" : "benign";`);
  t.equal(refusals.length, 2);
  for (const { message } of refusals) t.ok(message.length < 400);
  for (const mark of ["\u001b[2J", "\u202e", "\u0007"]) {
    const { excerpt, message } = only(verifySmall(`// ${mark} hidden`).refusals);
    t.notOk((excerpt + message).includes(mark));
    t.match(excerpt, /\uFFFD.* hidden/);
  }
});

t.test("nor can guest text that TypeScript's own message quotes, and it is cut", async (t) => {
  for (const name of ["\\x1b[2Jgone", "a\u200bb", "tab\there", "x".repeat(10_000)]) {
    const [first] = verifySmall(`interface '${name}' {}`).refusals;
    t.match(first, { code: "FLM_LF_SYNTAX", message: /Interface name cannot be/ });
    t.notMatch(first?.message, /[\p{Cc}\p{Cf}]/u);
    t.ok((first?.message.length ?? 0) <= limits.excerptLength);
  }
});

t.test("every code is in the error table", async (t) => {
  for (const text of ["", "(", fileOf("row.x"), fileOf("row.address"), fileOf("let"), fileOf("1.50 > row.size")]) {
    for (const { code } of verifySmall(text).refusals) t.ok(Object.hasOwn(errorTable, code));
  }
});

t.test("the advice fits what people try", async (t) => {
  const advice: readonly (readonly [string, RegExp])[] = [
    ["row.port & 2", /flag counts/],
    ["row.size ** 2 > 1", /Math\.pow/],
    ["row.port == 1", /write ===/],
    ["row.service === row.service", /compare numbers with numbers, categories with literal text/],
    ["row.size", /> 0/],
    ["row.size > 1.50", /here 1\.5/],
    ["row.size > 1_000", /plain decimals/],
    ["row.size > 1234567", /here 1234570/],
    ["isNaN(row.size)", /Number\.isNaN/],
    ["row.size > stats.size.max", /p95/],
    ["row.size > stats.size", /Read one statistic/],
    ["Math.hypot(row.size, 1) > 2", /It has abs, min/],
    ["row.size === undefined", /Number\.isNaN\(flow\.x\)/],
    ["ICMP === row.port", /Write import \{ ICMP \} from "@flamenco\/lf"/],
    ["[row.port, 2].includes(2)", /combine with \|\|/],
    ["atLeast(3, row.lost, row.lost)", /at least k conditions/],
  ];
  for (const [condition, expected] of advice)
    t.match(only(verifySmall(fileOf(condition)).refusals).message, expected, condition);
});
