import { openPipeline } from "@flamenco/policies/wire";
import { type ColumnTable, columnNeedsOf, rowsOf, runPipeline, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { drawNormal } from "./mixtures.js";

/** Two pairs; the second has two modes, and slow answers. */
function makeTable(rows = 800): ColumnTable {
  const random = new SeededRandom(3);
  const pairs = Array.from({ length: rows }, (_, row) => row % 2);
  const columns = new Map<string, Float64Array | string[]>([
    ["timeMs", Float64Array.from(pairs.keys(), (row) => 1000 * row)],
    ["source", pairs.map((pair) => `probe-${pair}`)],
    [
      "rttMs",
      Float64Array.from(pairs, (pair, row) =>
        row % 50 === 7
          ? 350 + 200 * random.nextFloat()
          : 20 + 40 * pair + (pair === 1 && row % 3 === 0 ? 30 : 0) + drawNormal(random),
      ),
    ],
  ]);
  return { names: [...columns.keys()], columns };
}

const pipeline = openPipeline({
  schema: "flamenco-pipeline/1",
  steps: [
    { step: "segment", by: ["source"], modesOf: "rttMs" },
    { step: "augment", column: "rttMs", by: ["source"], time: "timeMs", rows: 10 },
    { step: "label", by: "rule", rules: [{ label: "noise", when: "rttMs > 300" }], otherwise: "good" },
    { step: "split", preset: "atlas", time: "timeMs", within: "segment" },
    { step: "oversample", method: "smote", label: "noise", columns: ["rttMs"] },
    { step: "select", drop: ["windowMin"] },
  ],
});

t.test("a pipeline prepares a table step by step and says what each did", async (t) => {
  const { table, steps } = runPipeline(makeTable(), pipeline, 1);
  t.match(steps, [
    { step: "segment", groups: 2, segments: 3 },
    { step: "augment", columns: ["windowCount", "windowMin"] },
    { step: "label", rows: { good: 784, noise: 16 } },
    { step: "split" },
    { step: "oversample" },
    { step: "select", nearDuplicates: [] },
  ]);
  t.strictSame(
    [...table.names],
    [
      "timeMs",
      "source",
      "rttMs",
      "segment",
      ...["Count", "Mean", "Sd", "Q1", "Median", "Q3", "Max"].map((name) => `window${name}`),
      "label",
      "split",
      "synthetic",
    ],
  );
  t.strictSame([...new Set(table.columns.get("segment") as string[])].sort(), ["1.1", "2.1", "2.2"]);
});

t.test("synthetic rows are flagged, train, and are modeled on training rows alone", async (t) => {
  const before = makeTable();
  const { table } = runPipeline(before, pipeline, 1);
  const column = (name: string): (number | string)[] =>
    [...table.columns.get(name)!].map((cell: number | string) => cell);
  const [flags, parts, labels, values, times] = ["synthetic", "split", "label", "rttMs", "timeMs"].map(column);
  const made = [...flags!.keys()].filter((row) => flags![row] === 1);
  t.ok(made.length > 300 && made.every((row) => row >= rowsOf(before)));
  t.ok(made.every((row) => parts![row] === "train" && labels![row] === "noise" && Number(values![row]) >= 350));
  const trained = new Set(times!.filter((_, row) => row < rowsOf(before) && parts![row] === "train"));
  t.ok(
    made.every((row) => trained.has(times![row]!)),
    "no cell comes from a validation or test row",
  );
  const train = (label: string) => labels!.filter((own, row) => own === label && parts![row] === "train").length;
  t.equal(train("noise"), train("good"), "the classes are balanced");
});

t.test("the same seed prepares the same table, and the table given stays as it was", async (t) => {
  const given = makeTable();
  t.strictSame(runPipeline(given, pipeline, 5).table, runPipeline(given, pipeline, 5).table);
  t.strictSame(given, makeTable());
});

t.test("a pipeline says which columns it needs, and how it reads them", async (t) => {
  const { numbers, texts } = columnNeedsOf(pipeline);
  t.strictSame([...numbers].sort(), ["rttMs", "timeMs"]);
  t.strictSame([...texts], ["source"]);
});

t.test("rows without a value have no segment; pairs of one value have one mode", async (t) => {
  const table: ColumnTable = {
    names: ["pair", "rtt"],
    columns: new Map<string, Float64Array | string[]>([
      ["pair", ["a", "a", "a", "b"]],
      ["rtt", Float64Array.of(1, Number.NaN, 2, 7)],
    ]),
  };
  const step = { step: "segment", by: ["pair"], modesOf: "rtt" };
  const run = runPipeline(table, openPipeline({ schema: "flamenco-pipeline/1", steps: [step] }), 1);
  t.strictSame(run.table.columns.get("segment"), ["1.1", "", "1.1", "2.1"]);
});

t.test("a class without training rows and a missing column are refused by code", async (t) => {
  const run = (step: object) => () =>
    runPipeline(makeTable(), openPipeline({ schema: "flamenco-pipeline/1", steps: [step] }), 1);
  t.throws(run({ step: "oversample", method: "smote", label: "x", labels: "source" }), { code: "FLM_TOO_FEW_VALUES" });
  t.throws(run({ step: "augment", column: "nothing", rows: 3 }), { code: "FLM_FIELD_MISSING" });
  t.throws(run({ step: "augment", column: "source", rows: 3 }), { code: "FLM_SCHEMA" });
});
