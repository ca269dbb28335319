import { limits, renderTreeDot, renderTreeMermaid, renderTreeSvg, renderTreeText } from "@flamenco/language";
import type { DecisionTree } from "@flamenco/policies/wire";
import fc from "fast-check";
import t from "tap";

const small: DecisionTree = {
  nodes: [
    { type: "test", condition: "size <= p25(size)", fields: ["size"], yes: 1, no: 3, missing: 2, lf: "a/b@1.0.0#f" },
    { type: "test", condition: 'service = "web"', fields: ["service"], yes: 3, no: 4, missing: 4 },
    { type: "test", condition: "gap > 3", fields: ["gap"], yes: 4, no: 3, missing: 4 },
    { type: "leaf", label: "attack", share: 0.25 },
    { type: "leaf", label: null, share: 0.75 },
  ],
};

t.test("text shows where rows without a value go", async (t) => {
  t.equal(
    renderTreeText(small),
    [
      "size <= p25(size)  [f]",
      '├─ yes: service = "web"',
      "│  ├─ yes: attack",
      "│  └─ no, missing: inconclusive",
      "├─ no: attack",
      "└─ missing: gap > 3",
      "   ├─ yes, missing: inconclusive",
      "   └─ no: attack",
      "",
      "Of all rows: inconclusive 75.0 %, attack 25.0 %.",
    ].join("\n"),
  );
  t.match(renderTreeSvg(small, { title: "x" }), />Of all rows: inconclusive 75.0 %, attack 25.0 %.<\/text>/);
  t.match(renderTreeSvg(small, { title: "x" }), />no, missing<\/text>/);
});

t.test("Graphviz draws every node once, and shared branches as edges to one node", async (t) => {
  t.equal(
    renderTreeDot(small, { title: "A tree" }),
    `digraph tree {
  graph [label="A tree", labelloc=t, fontname="sans-serif"];
  node [shape=box, fontname="monospace", fontsize=11];
  edge [fontname="monospace", fontsize=10];
  n0 [label="size <= p25(size)\\nf", style="filled", fillcolor="#ffffff", color="#5b6770"];
  n1 [label="service = \\"web\\"", style="filled", fillcolor="#ffffff", color="#5b6770"];
  n3 [label="attack 25.0 %", style="rounded,filled", fillcolor="#fbdcc4", color="#d55e00"];
  n2 [label="gap > 3", style="filled", fillcolor="#ffffff", color="#5b6770"];
  n4 [label="inconclusive 75.0 %", style="rounded,filled", fillcolor="#ececec", color="#9a9a9a"];
  n0 -> n1 [label="yes"];
  n0 -> n3 [label="no"];
  n0 -> n2 [label="missing"];
  n1 -> n3 [label="yes"];
  n1 -> n4 [label="no, missing"];
  n2 -> n4 [label="yes, missing"];
  n2 -> n3 [label="no"];
}
`,
  );
});

t.test("Mermaid writes every mark that it could read as syntax as its code", async (t) => {
  const text = renderTreeMermaid(small, { title: "A tree; of %%{init}%%" });
  t.equal(text.split("\n")[0], "%% A tree_ of ___init___");
  t.match(text, '  n0["size #60;= p25(size)<br/>f"]');
  t.match(text, '  n1["service = #34;web#34;"]');
  t.match(text, '  n3(["attack 25.0 #37;"])');
  t.match(text, '  n1 -->|"no, missing"| n4');
});

const marks = [
  '"',
  "\\",
  "\n",
  "\r",
  "]",
  "[",
  "<",
  ">",
  ";",
  "%%",
  "{",
  "}",
  "|",
  "#",
  "&",
  "`",
  "'",
  "-->",
  "\u202e",
];
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...marks, "%%{init: {}}%%", "<script>", "end", "\\N", "\\", "n0"),
      fc.string({ unit: "binary" }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

/** What is left of a document when its quoted texts are taken out, each checked to be one. */
function outside(text: string, quoted: RegExp): string {
  return text.replace(quoted, "Q");
}

t.test("no name can leave its quotes, in any format", async () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (condition, lf, label, title) => {
      const tree: DecisionTree = {
        nodes: [
          { type: "test", condition, fields: [], yes: 1, no: 2, missing: 3, lf },
          { type: "leaf", label, lf: `${lf}#${label}` },
          { type: "leaf", label: `${label}2` },
          { type: "leaf", label: null },
        ],
      };
      const dot = outside(renderTreeDot(tree, { title }), /"(?:[^"\\\n\r]|\\["\\n])*"/g).split("\n");
      const expected =
        /^(digraph tree \{| {2}(graph|node|edge) \[[\w=, Q]+\];| {2}n\d+ \[label=Q, style=Q, fillcolor=Q, color=Q\];| {2}n\d+ -> n\d+ \[label=Q\];|\}|)$/;
      for (const line of dot) if (!expected.test(line)) throw new Error(`DOT line ${JSON.stringify(line)}`);
      const [comment = "", ...mermaid] = renderTreeMermaid(tree, { title }).split("\n");
      if (!/^%% [\w .,:+=()/-]*$/.test(comment)) throw new Error(`Mermaid comment ${JSON.stringify(comment)}`);
      for (const line of mermaid) {
        const bare = outside(line, /"(?:[A-Za-z0-9 .,:+=()/-]|#\d+;|<br\/>)*"/g);
        if (!/^(flowchart TD| {2}n\d+(\[Q\]|\(\[Q\]\))| {2}n\d+ -->\|Q\| n\d+| {2}style n\d+ [\w:#,]+|)$/.test(bare)) {
          throw new Error(`Mermaid line ${JSON.stringify(line)}`);
        }
      }
      const svg = renderTreeSvg(tree, { title });
      if (/<script|<image|<use|<foreignObject|href=|\son[a-z]+="/i.test(outside(svg, />[^<]*</g)))
        throw new Error("SVG");
      const lines = renderTreeText(tree).split("\n");
      if (lines.length !== 4 || /[\p{Cc}\p{Cf}]/u.test(lines.join(""))) throw new Error("text");
    }),
    { numRuns: 300 },
  );
});

t.test("the largest document draws within bounds, what is left out as an ellipsis", async (t) => {
  const nodes: DecisionTree["nodes"] = Array.from({ length: 8000 }, (_, i) => ({
    type: "test" as const,
    condition: `c${i}`,
    fields: [],
    yes: i + 1,
    no: 8000,
    missing: i + 1,
  }));
  nodes.push({ type: "leaf", label: null });
  for (const text of [renderTreeDot({ nodes }, { title: "" }), renderTreeMermaid({ nodes }, { title: "" })]) {
    t.ok(text.split("\n").length < limits.pictureNodes * 5);
    t.match(text, /…|#8230;/);
  }
});
