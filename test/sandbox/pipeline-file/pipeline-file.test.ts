import { digestPipeline, parsePipeline } from "@flamenco/sandbox/pipeline-file";
import t from "tap";

const text = `# how our probes' answers are prepared
schema: flamenco-pipeline/1
steps:
  - step: label
    by: rule
    rules:
      - { label: noise, when: rttMs > 200 }
    otherwise: good
  - { step: split, preset: atlas, time: timeMs }
`;

t.test("a file is its steps; its digest is that of its meaning, not of its spelling", async (t) => {
  const pipeline = parsePipeline(text);
  t.strictSame(pipeline.steps[1], { step: "split", preset: "atlas", time: "timeMs" });
  const other = `{"steps": [{"otherwise": "good", "rules": [{"when": "rttMs > 200", "label": "noise"}], "by": "rule", "step": "label"},
    {"preset": "atlas", "step": "split", "time": "timeMs"}], "schema": "flamenco-pipeline/1"}`;
  t.equal(digestPipeline(parsePipeline(other)), digestPipeline(pipeline));
  t.not(digestPipeline(parsePipeline(text.replace("200", "201"))), digestPipeline(pipeline));
});

t.test(
  "attacks by YAML: aliases, anchors, tags, keys twice, keys that are maps, nesting, several documents",
  async (t) => {
    const attacks = {
      "billion laughs": "a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
      alias: text.replace("good", "*x"),
      anchor: text.replace("good", "&x good"),
      "tag of its own": text.replace("good", "!x good"),
      "tag of YAML": text.replace("good", "!!binary aGk="),
      "keys twice": `${text}steps: []\n`,
      "tag that changes nothing": text.replace("good", "!!str good"),
      "deep flow": `${"[".repeat(400)}${"]".repeat(400)}`,
      "deep blocks": `${"- ".repeat(300)}x`,
      "deep nonsense": "{".repeat(5000),
      "several documents": `${text}---\n${text}`,
      merge: text.replace("otherwise: good", "<<: { otherwise: good }"),
      "prototype key": `${text}__proto__: { polluted: 1 }\n`,
      nothing: "",
    };
    for (const [name, attack] of Object.entries(attacks)) {
      t.throws(() => parsePipeline(attack), { code: "FLM_SCHEMA" }, name);
    }
    // Writing such keys as text takes time that doubles with every level.
    const maps = `${"{".repeat(7)}a: 1${"}: 1".repeat(6)}}`;
    t.throws(() => parsePipeline(maps), { code: "FLM_SCHEMA", message: /a key that is no text/ });
    t.throws(() => parsePipeline(`# ${"x".repeat(300_000)}\n${text}`), { code: "FLM_TOO_LARGE" });
  },
);

t.test("a step that cannot work is refused before a row is read, by its number", async (t) => {
  const step = (line: string) => `schema: flamenco-pipeline/1\nsteps:\n  - ${line}\n`;
  const refusals: [string, RegExp][] = [
    ["{ step: shuffle }", /step 1 needs step: one of label, augment/],
    ["{ step: label }", /needs by: one of rule, alerts, column/],
    [
      "{ step: label, by: rule, rules: [{ label: x, when: 'a ?' }] }",
      /step 1 \(label\): The condition is not understood/,
    ],
    ["{ step: label, by: alerts, time: t, label: x, alerts: [{ start: 2, end: 1 }] }", /Alert 1/],
    ["{ step: augment, column: a }", /needs rows or seconds/],
    ["{ step: augment, column: a, rows: 3, seconds: 4, time: t }", /not both/],
    ["{ step: augment, column: a, seconds: 4 }", /column of times/],
    ["{ step: augment, column: a, rows: 3, eval: x }", /eval/],
    ["{ step: segment }", /by, modesOf or both/],
    ["{ step: oversample, method: uniform, label: x }", /needs bounds/],
    ["{ step: oversample, method: smote, label: x, bounds: { a: [1, 2] } }", /does not take/],
    ["{ step: select }", /one of keep, drop, nearDuplicates/],
    ["{ step: split, preset: ark, time: t, stratify: y }", /not both/],
    ["{ step: split, preset: mine }", /preset/],
  ];
  for (const [line, message] of refusals)
    t.throws(() => parsePipeline(step(line)), { code: "FLM_SCHEMA", message }, line);
  const late = `${step("{ step: oversample, method: smote, label: x }")}  - { step: split, preset: ark }\n`;
  t.throws(() => parsePipeline(late), { code: "FLM_SCHEMA", message: /step 2 \(split\): split first/ });
});
