import { decideLf, interpretLf, limits, renderTreeSvg, renderTreeText } from "@flamenco/language";
import { DecisionTree, parseDocument } from "@flamenco/policies/wire";
import t from "tap";
import { accepted, conditionLf, imports, statistics, verifySmall } from "./support/programs.js";

function treeOf(body: string): string {
  const [lf] = accepted(verifySmall(`${imports}export function lf(row, stats) { ${body} }`));
  if (lf === undefined) throw new Error("no LF");
  return renderTreeText(decideLf(lf).tree);
}

const conditionsOf = (condition: string): string[] =>
  decideLf(conditionLf(condition)).tree.nodes.flatMap((node) => (node.type === "test" ? [node.condition] : []));

t.test("conditions read as people write them", async (t) => {
  const printed: readonly (readonly [string, string])[] = [
    ["row.size <= stats.size.p25", "size <= p25(size)"],
    ["stats.size.p25 >= row.size", "size <= p25(size)"],
    ["row.port === TCP", "port = 6"],
    ["[443, 80].includes(row.port)", "port in {80, 443}"],
    ['row.service === "web"', 'service = "web"'],
    ['["web", "db"].includes(row.service)', 'service in {"db", "web"}'],
    ["row.lost", "lost"],
    ["Number.isNaN(row.size)", "isNaN(size)"],
    ["row.size >= stats.size.mean + 2 * stats.size.sd", "size >= mean(size) + 2 * sd(size)"],
    ["(row.size + row.gap) * 2 > -row.size", "(size + gap) * 2 > -size"],
    ["row.size - (row.gap - 1) > row.size / (row.gap * 2)", "size - (gap - 1) > size / (gap * 2)"],
    ["Math.max(row.size, row.gap) > Math.log(row.count)", "max(size, gap) > log(count)"],
  ];
  for (const [condition, expected] of printed) t.same(conditionsOf(condition), [expected], condition);
});

t.test("and, or, not and atLeast are split into single tests with shared ends", async (t) => {
  const { tree } = decideLf(conditionLf("!(row.size > 1) && (row.gap > 2 || row.port > 3)"));
  t.same(tree.nodes, [
    { type: "test", condition: "size > 1", fields: ["size"], yes: 4, no: 1 },
    { type: "test", condition: "gap > 2", fields: ["gap"], yes: 3, no: 2 },
    { type: "test", condition: "port > 3", fields: ["port"], yes: 3, no: 4 },
    { type: "leaf", label: "attack" },
    { type: "leaf", label: null },
  ]);
  t.equal(conditionsOf("atLeast(2, row.size > 1, row.gap > 2, row.port > 3)").length, 4);
  t.same(conditionsOf("(row.lost ? row.size : row.gap) > 3").sort(), ["gap > 3", "lost", "size > 3"]);
});

t.test("tests whose answer is known from the tests before are removed", async (t) => {
  const settled: readonly (readonly [string, readonly string[]])[] = [
    ["row.size < 5 && row.size < 7", ["size < 5"]],
    ["row.size <= 5 && row.size < 5", ["size <= 5", "size < 5"]],
    ["row.size < 5 || row.size >= 5", ["size < 5"]],
    ["row.size < 5 && row.size > 7", ["size < 5"]],
    ["row.size < 5 && row.size === 7", ["size < 5"]],
    ["row.port === 80 && row.port > 5 && [80, 443].includes(row.port)", ["port = 80"]],
    ["[80, 443].includes(row.port) && row.port > 100 && row.port === 443", ["port in {80, 443}", "port > 100"]],
    ["![80, 443].includes(row.port) && row.port !== 80", ["port in {80, 443}"]],
    ["row.size <= stats.size.p25 && row.size <= stats.size.p75", ["size <= p25(size)"]],
    ["row.size > stats.size.p90 && row.size > stats.size.p10", ["size > p90(size)"]],
    ["row.size > stats.size.p90 && row.size < stats.size.p10", ["size > p90(size)"]],
    ["row.size >= stats.size.p75 && row.size > stats.size.p75", ["size >= p75(size)", "size > p75(size)"]],
    ['row.service === "web" && row.service !== "db"', ['service = "web"']],
    [
      '["web", "db"].includes(row.service) && row.service !== "db" && row.service === "web"',
      ['service in {"db", "web"}', 'service = "db"'],
    ],
    ["row.lost && (row.size > 1 || row.lost)", ["lost", "size > 1"]],
  ];
  for (const [condition, expected] of settled) t.same(conditionsOf(condition), expected, condition);
});

t.test("nothing is removed that a dataset could make otherwise", async (t) => {
  for (const condition of [
    "row.size < stats.size.mean && row.size < stats.size.p95",
    "row.size < stats.size.p25 && row.size < stats.gap.p75",
    "row.size < stats.size.p75 && row.size < stats.size.p25",
    "row.size > 5 && row.size > stats.size.p5",
    "!(row.size < row.gap * row.count) && row.size >= row.gap * row.count",
    "!(Math.log(row.size) < 3) && Math.log(row.size) >= 3",
    "row.size < 5 && row.gap < 5",
  ]) {
    t.equal(conditionsOf(condition).length, 2, condition);
  }
});

t.test("a test that both sides agree on stays where its value is first read: a row without it abstains", async (t) => {
  const [lf] = accepted(
    verifySmall('export const f = (row) => row.port > 1 ? (row.size > 1 ? "attack" : "attack") : "benign";'),
  );
  if (lf === undefined) throw new Error("no LF");
  t.match(renderTreeText(decideLf(lf).tree), /size > 1/);
  t.equal(interpretLf(lf, { port: 5 }, statistics), -1);
  t.notMatch(treeOf('if (row.size > 5) { return row.size > 7 ? "attack" : "attack"; } return "benign";'), /size > 7/);
});

t.test("a decision that branches without end stays within its limits", async (t) => {
  const condition = Array.from(
    { length: 20 },
    (_, i) => `(row.size > stats.size.mean * ${i + 2} || row.gap > stats.gap.mean * ${i + 2})`,
  ).join(" && ");
  const { tree } = decideLf(conditionLf(condition));
  t.ok(tree.nodes.length <= limits.decisionNodes);
  t.same(parseDocument(DecisionTree, tree, "tree"), tree);
  for (const [index, node] of tree.nodes.entries()) if (node.type === "test") t.ok(node.yes > index && node.no > index);
});

t.test("a long condition is cut to what a document may hold", async (t) => {
  const [condition = ""] = conditionsOf(`${Array.from({ length: 60 }, () => "row.size + row.count").join(" * ")} > 1`);
  t.equal(condition.length, limits.conditionLength);
  t.match(condition, /…$/);
});

const shared: DecisionTree = {
  nodes: [
    { type: "test", condition: "a", fields: [], yes: 1, no: 2, lf: "x/y@1.0.0#f" },
    { type: "test", condition: "b", fields: [], yes: 2, no: 3 },
    { type: "test", condition: "c", fields: [], yes: 3, no: 4 },
    { type: "leaf", label: "attack", share: 0.25 },
    { type: "leaf", label: null },
  ],
};

t.test("text shows a shared branch once and points at it", async (t) => {
  t.equal(
    renderTreeText(shared),
    [
      "a  [f]",
      "├─ yes: b",
      "│  ├─ yes: (1) c",
      "│  │  ├─ yes: attack",
      "│  │  └─ no: inconclusive",
      "│  └─ no: attack",
      "└─ no: goes on at (1)",
      "",
      "Of all rows: attack 25.0 %.",
    ].join("\n"),
  );
});

t.test("a picture is one inert document: everything is escaped, nothing runs or is fetched", async (t) => {
  const hostile = '"><script>alert(1)</script><image href="http://x"/>&\u0000\u202e';
  const svg = renderTreeSvg(
    {
      nodes: [
        { type: "test", condition: hostile, fields: [], yes: 1, no: 2, lf: hostile },
        { type: "leaf", label: "attack" },
        { type: "leaf", label: null },
      ],
    },
    { title: hostile },
  );
  t.notMatch(svg, /<script|<image|<style|<a |<use|<foreignObject|href="http|\son[a-z]+=/);
  for (const mark of ["\u0000", "\u202e"]) t.notOk(svg.includes(mark));
  t.match(svg, "&quot;&gt;&lt;script&gt;");
  t.equal(svg.match(/&(?!amp;|lt;|gt;|quot;|#39;)/g), null);
  t.match(svg, />yes<\/text>/);
  t.match(svg, />inconclusive<\/text>/);
  t.notMatch(svg, /NaN|undefined|Infinity/);
});

t.test("a tree of the largest document draws within bounds", async (t) => {
  const chain: DecisionTree = {
    nodes: [
      ...Array.from({ length: 8190 }, (_, i) => ({
        type: "test" as const,
        condition: `c${i}`,
        fields: [],
        yes: i + 1,
        no: 8191,
      })),
      { type: "leaf", label: "attack" },
      { type: "leaf", label: null },
    ],
  };
  t.ok(renderTreeText(chain).split("\n").length <= limits.pictureNodes * 2 + 2);
  t.ok(renderTreeSvg(chain, { title: "chain" }).length < 400_000);
});
