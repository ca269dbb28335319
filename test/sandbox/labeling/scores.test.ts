import { Metrics, parseDocument, Scores } from "@flamenco/policies/wire";
import { buildMetrics, comparePredictions, type LabeledHistogram, scorePredictions } from "@flamenco/sandbox/labeling";
import t from "tap";

const task = { id: "ddos", labels: ["benign", "attack"], positive: "attack" };

/** One LF; patterns: abstains, benign, attack. */
const labeled = (truthCounts: readonly number[], unlabeled = [0, 0, 0]): LabeledHistogram => ({
  lfCount: 1,
  labelCount: 2,
  patterns: Int8Array.of(-1, 0, 1),
  counts: Float64Array.from(
    unlabeled,
    (extra, pattern) => extra + truthCounts[2 * pattern]! + truthCounts[2 * pattern + 1]!,
  ),
  truthCounts: Float64Array.from(truthCounts),
});
const asVoted = Int8Array.of(-1, 0, 1);

t.test("a row without a prediction is a miss of its label and a false alarm of none", async (t) => {
  const scores = scorePredictions(asVoted, labeled([4, 6, 30, 10, 5, 45]), task);
  parseDocument(Scores, scores, "scores");
  t.strictSame(scores.confusion, [
    [30, 5, 4],
    [10, 45, 6],
  ]);
  t.strictSame(scores.precision, [30 / 40, 45 / 50]);
  t.strictSame(scores.recall, [30 / 39, 45 / 61]);
  t.strictSame(scores.f1, [60 / (39 + 40), 90 / (61 + 50)]);
  t.equal(scores.positiveF1, 90 / 111);
  t.equal(scores.accuracy, 75 / 100);
  t.equal(scores.coverage, 0.9);
  t.strictSame(scores.reasons, []);
});

t.test("a score without meaning is null, and the reason names the label", async (t) => {
  const scores = scorePredictions(asVoted, labeled([0, 2, 0, 3, 0, 0]), task);
  parseDocument(Scores, scores, "scores");
  t.strictSame(scores.recall, [null, 0]);
  t.strictSame(scores.precision, [0, null]);
  t.strictSame(scores.f1, [0, 0]);
  t.strictSame(scores.reasons, [
    "No row is benign by ground truth: its recall has no meaning.",
    "No row was predicted attack: its precision has no meaning.",
  ]);
  const absent = scorePredictions(Int8Array.of(-1, -1, 1), labeled([0, 0, 0, 0, 0, 9]), task);
  t.strictSame(absent.f1, [null, 1]);
  t.equal(absent.macroF1, null, "no mean over a label that does not occur");
});

t.test("no ground truth at all: everything is null, and said so", async (t) => {
  const scores = scorePredictions(asVoted, labeled([0, 0, 0, 0, 0, 0], [5, 5, 5]), task);
  parseDocument(Scores, scores, "scores");
  t.match(scores, {
    accuracy: null,
    positiveF1: null,
    macroF1: null,
    f1: [null, null],
    reasons: ["No row has ground truth."],
  });
  const metrics = buildMetrics({
    test: labeled([0, 0, 0, 0, 0, 0], [5, 5, 5]),
    task,
    labelModel: asVoted,
    tree: asVoted,
  });
  parseDocument(Metrics, metrics, "metrics");
  t.match(metrics, { rows: 15, labelModel: null, tree: null, labelModelTreeDifference: 0 });
  t.strictSame(metrics.reasons, ["No row of the test split has ground truth."]);
});

t.test("label model and tree are scored on the test rows and compared row by row", async (t) => {
  const rows = labeled([2, 0, 4, 0, 0, 4], [0, 0, 10]);
  const metrics = buildMetrics({
    test: rows,
    task,
    labelModel: asVoted,
    tree: Int8Array.of(0, 0, 1),
    reasons: ["as asked"],
  });
  parseDocument(Metrics, metrics, "metrics");
  t.equal(metrics.labelModelTreeDifference, 2 / 20);
  t.equal(metrics.tree!.accuracy, 1);
  t.strictSame(metrics.reasons, ["as asked", "Scores are over the 10 of 20 test rows that have ground truth."]);
  t.equal(buildMetrics({ test: rows, task, labelModel: asVoted, tree: null }).labelModelTreeDifference, null);
});

t.test("two predictors on no rows differ by nothing that is known", async (t) => {
  t.equal(comparePredictions(asVoted, asVoted, labeled([0, 0, 0, 0, 0, 0])), null);
});

t.test("predictions that do not fit the histogram or the task are a defect, not a score", async (t) => {
  t.throws(() => scorePredictions(Int8Array.of(0), labeled([0, 0, 0, 0, 0, 0]), task), { code: "FLM_INTERNAL" });
  const three = { ...task, labels: ["benign", "attack", "scan"] };
  t.throws(() => scorePredictions(asVoted, labeled([0, 0, 0, 0, 0, 0]), three), { code: "FLM_INTERNAL" });
});
