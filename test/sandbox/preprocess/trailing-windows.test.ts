import { addTrailingWindows, SeededRandom, windowFeatures } from "@flamenco/sandbox/preprocess";
import t from "tap";

const { NaN: none } = Number;
const list = (values: Float64Array) => [...values].map((value) => (Number.isNaN(value) ? null : value));

/** The definition, word for word. */
function naive(values: readonly number[]): (number | null)[] {
  if (values.length === 0) return [0, null, null, null, null, null, null, null];
  const sorted = [...values].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place % 1);
  };
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = sorted.length < 2 ? null : Math.sqrt(squares / (sorted.length - 1));
  return [sorted.length, sorted[0]!, mean, sd, at(0.25), at(0.5), at(0.75), sorted.at(-1)!];
}

t.test(
  "windows of rows are those of the definition, within segments, in time order, without lost probes",
  async (t) => {
    const random = new SeededRandom(4);
    const rows = 600;
    const values = Float64Array.from({ length: rows }, () =>
      random.nextFloat() < 0.1 ? none : Math.round(random.nextFloat() * 20),
    );
    const segments = Int32Array.from({ length: rows }, () => random.nextBelow(5));
    const timesMs = Float64Array.from({ length: rows }, () => random.nextBelow(300));
    for (const window of [1, 2, 10, 40]) {
      const features = addTrailingWindows({ values, segments, timesMs, size: { rows: window } });
      for (let row = 0; row < rows; row++) {
        const before = [...values.keys()]
          .filter((other) => segments[other] === segments[row] && !Number.isNaN(values[other]))
          .filter((other) => timesMs[other]! < timesMs[row]! || (timesMs[other] === timesMs[row] && other <= row))
          .sort((a, b) => timesMs[a]! - timesMs[b]! || a - b)
          .slice(-window);
        const expected = naive(before.map((other) => values[other]!));
        for (const [index, feature] of windowFeatures.entries()) {
          const [found, wanted] = [features[feature][row]!, expected[index]!];
          const same = wanted === null ? Number.isNaN(found) : Math.abs(found - wanted) < 1e-9;
          if (!same) t.fail(`row ${row}, window ${window}, ${feature}: ${found} for ${wanted}`);
        }
      }
    }
  },
);

t.test("the row's own value counts; a lost probe has the window before it; sd of one value is missing", async (t) => {
  const features = addTrailingWindows({ values: Float64Array.of(none, 4, none, 8, 6), size: { rows: 2 } });
  t.strictSame(list(features.Count), [0, 1, 1, 2, 2]);
  t.strictSame(list(features.Mean), [null, 4, 4, 6, 7]);
  t.strictSame(list(features.Sd), [null, null, null, Math.sqrt(8), Math.sqrt(2)]);
  t.strictSame(list(features.Q1), [null, 4, 4, 5, 6.5], "linear interpolation");
  t.equal(addTrailingWindows({ values: new Float64Array(30).fill(0.1), size: { rows: 9 } }).Sd[29], 0, "exactly");
});

t.test("windows of seconds reach back to the moment itself, over any number of rows", async (t) => {
  const timesMs = Float64Array.of(0, 1000, 2000, 3001, none);
  const features = addTrailingWindows({ values: Float64Array.of(1, 2, 3, 4, 5), timesMs, size: { seconds: 2 } });
  t.strictSame(list(features.Count), [1, 2, 3, 2, null]);
  t.strictSame(list(features.Min), [1, 1, 1, 3, null]);
});

t.test("windows that would cost too much, and seconds without times, are refused", async (t) => {
  const values = new Float64Array(20_000);
  t.throws(() => addTrailingWindows({ values, size: { rows: 10_001 } }), { code: "FLM_TOO_LARGE" });
  t.throws(() => addTrailingWindows({ values, size: { rows: 0 } }), { code: "FLM_TOO_LARGE" });
  t.throws(() => addTrailingWindows({ values, timesMs: values, size: { seconds: 1 } }), { code: "FLM_TOO_LARGE" });
  t.throws(() => addTrailingWindows({ values, size: { seconds: 1 } }), { code: "FLM_USAGE" });
});
