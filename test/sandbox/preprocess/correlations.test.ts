import { columnStatistics } from "@flamenco/language";
import { correlateColumns, findNearDuplicates, SeededRandom, summarizeColumn } from "@flamenco/sandbox/preprocess";
import t from "tap";

const columns = new Map([
  ["x", Float64Array.of(1, 2, 2, 4, 5, 7, 7, 7, 9, 30)],
  ["y", Float64Array.of(3, 1, 4, 4, 6, 8, 7, 9, 9, 2)],
  ["z", Float64Array.of(1, Number.NaN, 3, 4, 5, 6, Number.NaN, 8, 9, 10)],
  ["constant", new Float64Array(10).fill(5)],
]);

t.test("coefficients are scipy's, ties and missing values included", async (t) => {
  const near = (found: number, wanted: number) => t.ok(Math.abs(found - wanted) < 1e-12, `${found} for ${wanted}`);
  const pearson = correlateColumns(columns, "pearson").values;
  near(pearson[1]!, -0.11048795499421342);
  near(pearson[2]!, 0.7634962394534055);
  const spearman = correlateColumns(columns, "spearman").values;
  near(spearman[1]!, 0.4860890782814811);
  near(spearman[2]!, 0.9940297973880049);
  near(spearman[8]!, spearman[2]!);
  t.ok(Number.isNaN(pearson[3]!) && Number.isNaN(spearman[15]!), "a constant correlates with nothing");
});

t.test("counters of nineteen digits keep their correlation", async (t) => {
  const base = Float64Array.from({ length: 100 }, (_, row) => 1e15 + row);
  const { values } = correlateColumns(
    new Map([
      ["a", base],
      ["b", base.map((value) => 3 * value)],
    ]),
    "pearson",
  );
  t.ok(values[1]! > 0.999);
});

t.test("of columns that say the same the most important stays", async (t) => {
  const random = new SeededRandom(3);
  const a = Float64Array.from({ length: 200 }, () => random.nextFloat());
  const noise = Float64Array.from({ length: 200 }, () => random.nextFloat());
  const table = new Map([
    ["a", a],
    ["b", a.map((value) => -2 * value)],
    ["noise", noise],
    ["c", a.map((value) => value ** 3)],
  ]);
  const matrix = correlateColumns(table, "spearman");
  const plain = findNearDuplicates(matrix, 0.95);
  t.strictSame(plain.keep, ["a", "noise"]);
  t.match(plain.drop, [
    { column: "b", duplicateOf: "a", correlation: -1 },
    { column: "c", duplicateOf: "a" },
  ]);
  t.strictSame(findNearDuplicates(matrix, 0.95, new Map([["c", 0.4]])).keep, ["noise", "c"]);
});

t.test("more columns than the ceiling are refused", async (t) => {
  const many = new Map(Array.from({ length: 513 }, (_, column) => [String(column), new Float64Array(3)]));
  t.throws(() => correlateColumns(many, "pearson"), { code: "FLM_TOO_LARGE" });
});

t.test("the statistics table is what LFs see of the column", async (t) => {
  for (const values of columns.values()) {
    const { missing, ...statistics } = summarizeColumn(values);
    const expected = columnStatistics(values);
    t.equal(missing, values.filter(Number.isNaN).length);
    for (const [name, value] of Object.entries(expected)) {
      const found = statistics[name as keyof typeof statistics];
      t.ok(value === found || Math.abs(value! - found!) < 1e-12, name);
    }
  }
});
