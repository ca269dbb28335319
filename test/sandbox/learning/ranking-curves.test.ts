import { evaluate, traceRanking } from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

t.test("curves have a point for each threshold, equal scores together", async (t) => {
  const { positives, negatives, ...curves } = traceRanking(
    Float64Array.of(0.9, 0.8, 0.8, 0.4, 0.1),
    Uint8Array.of(1, 1, 0, 0, 1),
  );
  t.same([positives, negatives], [3, 2]);
  t.same(Object.fromEntries(Object.entries(curves).map(([name, points]) => [name, [...points]])), {
    recall: [1 / 3, 2 / 3, 2 / 3, 1],
    falseAlarms: [0, 0.5, 1, 1],
    precision: [1, 2 / 3, 0.5, 0.6],
  });
});

t.test("the areas under the curves are those that an evaluation gives", async (t) => {
  const random = new SeededRandom(6);
  const truth = Uint8Array.from({ length: 500 }, () => (random.nextBelow(4) === 0 ? 1 : 0));
  const scores = Float64Array.from(truth, (label) => Math.round(20 * (0.6 * random.nextFloat() + 0.4 * label)) / 20);
  const { recall, falseAlarms, precision } = traceRanking(scores, truth);
  let [roc, pr] = [0, 0];
  for (const [point, share] of recall.entries()) {
    const before = recall[point - 1] ?? 0;
    roc += ((falseAlarms[point]! - (falseAlarms[point - 1] ?? 0)) * (share + before)) / 2;
    pr += (share - before) * precision[point]!;
  }
  const probabilities = Float64Array.from({ length: 1000 }, (_, cell) =>
    Math.abs(((cell + 1) % 2) - scores[cell >> 1]!),
  );
  const { rocAuc, prAuc } = evaluate(probabilities, truth, { labels: ["benign", "attack"], seed: 1, resamples: 0 });
  t.ok(Math.abs(roc - rocAuc.value!) < 1e-12);
  t.ok(Math.abs(pr - prAuc.value!) < 1e-12);
});

t.test("rows of one label have no curves", async (t) => {
  for (const label of [0, 1]) {
    t.throws(() => traceRanking(Float64Array.of(0.1, 0.2), Uint8Array.of(label, label)), {
      code: "FLM_TOO_FEW_VALUES",
    });
  }
});
