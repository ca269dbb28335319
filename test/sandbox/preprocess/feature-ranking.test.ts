import { rankFeatures, SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const rows = 4096;
const random = new SeededRandom(1);
const truth = Int8Array.from({ length: rows }, (_, row) => row % 2);
const noise = Float64Array.from({ length: rows }, () => random.nextFloat());
const bits = (columns: Record<string, Float64Array>, options: Partial<Parameters<typeof rankFeatures>[0]> = {}) =>
  rankFeatures({ columns: new Map(Object.entries(columns)), labels: { truth, labelCount: 2 }, ...options });
const only = (ranking: ReturnType<typeof rankFeatures>) => ranking.features[0]!.importance;

t.test("a field that tells the label is worth its whole bit, noise next to nothing", async (t) => {
  const ranking = bits({ noise, telling: Float64Array.from(truth), constant: new Float64Array(rows) });
  t.strictSame(
    ranking.features.map(({ field }) => field),
    ["telling", "noise", "constant"],
  );
  const [telling, noisy, constant] = ranking.features.map(({ importance }) => importance) as [number, number, number];
  t.equal(telling, 1);
  t.ok(noisy < 0.02, `${noisy}`);
  t.equal(constant, 0);
  t.match(ranking.method, /mutual information \(bits\).* ground truth on 4096 training rows/);
});

t.test("only the order of values counts: any growing function of a field is worth the same", async (t) => {
  const field = Float64Array.from(noise, (value, row) => value + truth[row]! * 0.3);
  t.equal(only(bits({ field })), only(bits({ field: field.map((value) => Math.exp(20 * value)) })));
});

t.test("a value that fills a bin has a bin of its own, apart from its neighbors", async (t) => {
  // 2,000 of 4,096 rows are exactly 0 and benign: the bin in which they end holds 48 rows of other values, all attacks.
  const truth = Int8Array.from({ length: rows }, (_, row) => (row < 2000 ? 0 : 1));
  const field = Float64Array.from(truth, (label, row) => label * (1 + noise[row]!));
  const entropy = -[2000, 2096].reduce((sum, count) => sum + (count / rows) * Math.log2(count / rows), 0);
  const found = only(bits({ field }, { labels: { truth, labelCount: 2 } }));
  t.ok(Math.abs(found - entropy) < 1e-12, `${found} of ${entropy} bits`);
});

t.test("a missing value is a value of its own", async (t) => {
  t.ok(
    only(bits({ field: Float64Array.from(truth, (label, row) => (label === 0 ? Number.NaN : noise[row]!)) })) > 0.999,
  );
  t.equal(only(bits({ field: new Float64Array(rows).fill(Number.NaN) })), 0);
  const infinite = Float64Array.from(truth, (label) =>
    label === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  );
  t.equal(only(bits({ field: infinite })), 1);
});

t.test("rows outside the mask and rows without a label are not looked at", async (t) => {
  const rowMask = Uint8Array.from({ length: rows }, (_, row) => (row < rows / 2 ? 1 : 0));
  const field = Float64Array.from(truth, (label, row) => (row < rows / 2 ? 7 : label));
  t.equal(only(bits({ field }, { rowMask })), 0);
  const known = truth.map((label, row) => (row < rows / 2 ? label : -1));
  t.equal(only(bits({ field }, { labels: { truth: known, labelCount: 2 } })), 0);
});

t.test("soft labels count by their shares; patterns without one are left out", async (t) => {
  const patternOfRow = Int32Array.from(truth, (label, row) => (row % 4 < 2 ? label : 2));
  const soft = { labelCount: 2, probabilities: Float64Array.of(1, 0, 0, 1, 0, 0), labeled: Uint8Array.of(1, 1, 0) };
  const sure = bits({ field: Float64Array.from(truth) }, { labels: { patternOfRow, soft } });
  t.ok(Math.abs(only(sure) - 1) < 1e-9);
  t.match(sure.method, /soft labels on 2048 training rows/);
  const unsure = { ...soft, probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5, 0, 0) };
  t.ok(only(bits({ field: Float64Array.from(truth) }, { labels: { patternOfRow, soft: unsure } })) < 1e-12);
});

t.test("no labeled row: nothing is ranked, rather than everything by 0", async (t) => {
  const unknown = bits({ noise }, { labels: { truth: new Int8Array(rows).fill(-1), labelCount: 2 } });
  t.strictSame(unknown, { method: "none: no training row has a label", features: [] });
});

t.test("equal importance goes by name", async (t) => {
  const ranking = bits({ b: noise, a: noise, c: noise });
  t.strictSame(
    ranking.features.map(({ field }) => field),
    ["a", "b", "c"],
  );
});
