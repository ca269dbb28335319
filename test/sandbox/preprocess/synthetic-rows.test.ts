import { countMissingRows, drawUniformRows, interpolateRows, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const rows = Int32Array.of(2, 4, 5, 7);

t.test("a class lacks what the largest has more; rows of unknown label count nowhere", async (t) => {
  const truth = [0, 0, 1, 0, -1, -1, -1, -1, -1];
  t.equal(countMissingRows(truth, 1, Int32Array.from(truth.keys())), 2);
  t.equal(countMissingRows(truth, 0, Int32Array.from(truth.keys())), 0);
  t.equal(countMissingRows(truth, 1, Int32Array.of(0, 2)), 0, "of the given rows alone");
});

t.test("uniform values fill their bounds and no more; sources are rows of the class", async (t) => {
  const { columns, sources } = drawUniformRows(rows, new Map([["rtt", [200, 300]]]), 2000, new SeededRandom(1));
  const drawn = columns.get("rtt")!;
  t.ok(drawn.every((value) => value >= 200 && value <= 300));
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  t.ok(Math.abs(mean - 250) < 3, String(mean));
  t.strictSame([...new Set(sources)].sort(), [2, 4, 5, 7]);
});

t.test("interpolated rows lie between a row and one of its nearest neighbors", async (t) => {
  // Two clusters of the class, far apart in the first column alone.
  const a = Float64Array.from({ length: 40 }, (_, row) => (row < 20 ? row / 100 : 50 + row / 100));
  const b = Float64Array.from({ length: 40 }, (_, row) => (row * 7) % 20);
  const made = interpolateRows(
    Int32Array.from(a.keys()),
    new Map([
      ["a", a],
      ["b", b],
    ]),
    {
      count: 200,
      neighbors: 3,
      random: new SeededRandom(6),
    },
  );
  t.equal(made.columns.get("a")!.filter((value) => value > 1 && value < 50).length, 0, "never between the clusters");
  t.equal(new Set(made.sources).size, 40, "each row in turn");
});

t.test("the same seed makes the same rows, a missing value stays missing", async (t) => {
  const columns = new Map([["a", Float64Array.of(1, 2, Number.NaN, 4, 5, 6, 7, 8)]]);
  const make = () =>
    interpolateRows(rows, columns, { count: 50, neighbors: 5, random: new SeededRandom(9) }).columns.get("a")!;
  t.strictSame(make(), make());
  t.ok(make().some(Number.isNaN) && make().some((value) => value >= 5 && value <= 8));
});

t.test("no row to model on, too many rows and wrong bounds are refused", async (t) => {
  const random = new SeededRandom(1);
  const bounds = new Map([["a", [2, 1] as const]]);
  t.throws(() => drawUniformRows(new Int32Array(0), bounds, 1, random), { code: "FLM_TOO_FEW_VALUES" });
  t.throws(() => drawUniformRows(rows, bounds, 1, random), { code: "FLM_USAGE" });
  t.throws(() => drawUniformRows(rows, new Map(), 10_000_001, random), { code: "FLM_TOO_LARGE" });
  const one = { count: 1, neighbors: 1, random };
  t.throws(() => interpolateRows(rows.subarray(1, 2), new Map(), one), { code: "FLM_TOO_FEW_VALUES" });
});
