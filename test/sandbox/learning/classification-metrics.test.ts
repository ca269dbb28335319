import { type ClassificationMetrics, type Estimate, evaluate } from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { metricsVectors, testRows, truthOf } from "./reference-vectors.js";

const near = (value: number | null | undefined, expected: number, error = 1e-8) =>
  Math.abs((value ?? Number.NaN) - expected) <= error;

for (const vector of metricsVectors) {
  t.test(`scores of ${vector.labels} labels agree with scikit-learn, ties among probabilities included`, async (t) => {
    const truth = testRows.map((row) => truthOf(vector.labels)[row]!);
    const labels = ["a", "b", "c"].slice(0, vector.precision.length);
    const metrics = evaluate(Float64Array.from(vector.probabilities), truth, { labels, seed: 1, resamples: 0 });
    for (const [label, found] of metrics.labels.entries()) {
      t.ok(near(found.precision.value, vector.precision[label]!));
      t.ok(near(found.recall.value, vector.recall[label]!));
      t.ok(near(found.f1.value, vector.f1[label]!));
      t.ok(near(found.rocAuc.value, vector.rocAucs[label]!));
      t.ok(near(found.prAuc.value, vector.prAucs[label]!));
      t.equal(found.f1.interval, null, "no resamples, no interval");
    }
    const overall = [
      ...["accuracy", "macroPrecision", "macroRecall", "macroF1"],
      ...["weightedPrecision", "weightedRecall", "weightedF1", "matthews"],
    ] as const;
    for (const name of overall) {
      const { value } = metrics[name as keyof ClassificationMetrics] as Estimate;
      t.ok(near(value, vector[name] as number), name);
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const isTwo = labels.length === 2;
    t.ok(near(metrics.rocAuc.value, isTwo ? vector.rocAucs[1]! : mean(vector.rocAucs)));
    t.ok(near(metrics.prAuc.value, isTwo ? vector.prAucs[1]! : mean(vector.prAucs)));
  });
}

const draw = (rows: number, seed: number) => {
  const random = new SeededRandom(seed);
  const truth = Int8Array.from({ length: rows }, () => (random.nextFloat() < 0.3 ? 1 : 0));
  const probabilities = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    // Right with probability 0.8.
    const isRight = random.nextFloat() < 0.8;
    const positive = (truth[row] === 1) === isRight ? 0.6 + 0.4 * random.nextFloat() : 0.4 * random.nextFloat();
    probabilities[2 * row] = 1 - positive;
    probabilities[2 * row + 1] = positive;
  }
  return { truth, probabilities };
};
const options = { labels: ["good", "bad"], seed: 5 };

t.test("intervals hold the true value about as often as they say, and repeat with their seed", async (t) => {
  let covered = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { truth, probabilities } = draw(200, seed);
    const { accuracy } = evaluate(probabilities, truth, { ...options, resamples: 100 });
    const [low, high] = accuracy.interval ?? [1, 0];
    if (low <= 0.8 && 0.8 <= high) covered += 1;
  }
  t.ok(covered >= 34 && covered < 40, `${covered} of 40`);
  const { truth, probabilities } = draw(200, 1);
  t.same(evaluate(probabilities, truth, options), evaluate(probabilities, truth, options));
  t.notSame(
    evaluate(probabilities, truth, options).accuracy,
    evaluate(probabilities, truth, { ...options, seed: 6 }).accuracy,
  );
});

t.test("rows without ground truth are left out", async (t) => {
  const { truth, probabilities } = draw(100, 3);
  const half = truth.map((label, row) => (row < 50 ? label : -1));
  const metrics = evaluate(probabilities, half, options);
  t.equal(metrics.rows, 50);
  t.same(metrics, evaluate(probabilities.subarray(0, 100), truth.subarray(0, 50), options));
});

t.test("a score that is not defined is null and says why; none is NaN", async (t) => {
  const one = evaluate(Float64Array.of(0.9, 0.1, 0.8, 0.2), [0, 0], options);
  t.equal(one.accuracy.value, 1);
  t.match(one.rocAuc, { value: null, interval: null, reason: /one label.*nothing to rank/ });
  t.match(one.matthews, { value: null, reason: /one label/ });
  t.match(one.labels[1]!.f1, { value: null, reason: /No row is bad, by truth or prediction/ });
  t.match(one.labels[1]!.precision, { value: null, reason: /predicted bad/ });
  t.match(one.labels[1]!.recall, { value: null, reason: /No row is bad by ground truth/ });
  t.match(one.macroF1, { value: null, reason: /bad/ });
  t.equal(one.weightedF1.value, 1, "a label without rows weighs nothing");
  const none = evaluate(Float64Array.of(0.9, 0.1), [-1], options);
  t.match(none, { rows: 0, accuracy: { value: null, reason: "No row has ground truth." } });
  for (const metrics of [one, none])
    t.notMatch(JSON.stringify(metrics), /NaN|"value":null,"interval":null,"reason":null/);
});

t.test("a row whose probabilities are all 0 has no prediction: a miss, and no false alarm", async (t) => {
  const metrics = evaluate(Float64Array.of(0, 0, 0, 1, 1, 0), [1, 1, 0], options);
  t.same(metrics.confusion, [
    [1, 0, 0],
    [0, 1, 1],
  ]);
  t.match(metrics.labels[1]!, { precision: { value: 1 }, recall: { value: 0.5 } });
});

t.test("probabilities that are none are refused", async (t) => {
  const wrong = [Float64Array.of(Number.NaN, 1), Float64Array.of(-0.1, 1.1), Float64Array.of(1)];
  for (const probabilities of wrong) t.throws(() => evaluate(probabilities, [0], options), { code: "FLM_INTERNAL" });
});
