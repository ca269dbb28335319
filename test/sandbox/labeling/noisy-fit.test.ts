import {
  analyzeNoisyTable,
  analyzeVotes,
  buildHistogram,
  fitLabelModel,
  fitNoisyVoteTable,
  histogramOf,
  loadLabelModel,
  predictPatterns,
  scoreNoisyConfusion,
  scorePredictions,
} from "@flamenco/sandbox/labeling";
import t from "tap";
import { type GeneratedRows, generateVotes, releaseTable } from "./noisy-table.js";

const bound = { epsilon: 1, delta: 1e-6 };
const ten = Array.from({ length: 10 }, (_, lf) => lf);
const prior = [0.6, 0.4];
const coverages = ten.map((lf) => 0.3 + 0.05 * lf);
const symmetric = ten.map((lf) => [0.6 + 0.03 * lf, 0.6 + 0.03 * lf]);

function compare(data: GeneratedRows, epsilon: number, classBalance: readonly number[]) {
  const { votes, truth, lfCount, labelCount } = data;
  const { histogram: all, patternOfRow } = buildHistogram({ votes, lfCount, labelCount });
  const histogram = histogramOf(patternOfRow, all, undefined, truth);
  const table = releaseTable(data, epsilon);
  const { labels, lfs: lfNames } = table;
  const exact = fitLabelModel(histogram, { model: "moments", labels, lfNames, classBalance });
  const noisy = fitNoisyVoteTable(table, { requested: "moments", classBalance, bound });
  const task = { id: "task", labels, positive: labels[1]! };
  const accuracyOf = (model: typeof exact) =>
    scorePredictions(predictPatterns(model, histogram), histogram, task).accuracy!;
  return { table, histogram, exact, noisy, lost: accuracyOf(exact) - accuracyOf(noisy), labels, lfNames };
}

t.test("ten LFs at epsilon 1 lose no more accuracy than the specification says", async (t) => {
  for (const [rows, most] of [
    [10_000, 0.012],
    [100_000, 0.0005],
  ] as const) {
    const { lost } = compare(generateVotes(rows, { prior, accuracies: symmetric, coverages }), 1, prior);
    t.ok(lost <= most, `${rows} rows: ${(100 * lost).toFixed(3)} points lost`);
  }
  const seldom = generateVotes(10_000, { prior, accuracies: symmetric, coverages: ten.map((lf) => 0.05 + 0.01 * lf) });
  const { lost } = compare(seldom, 1, prior);
  t.ok(lost <= 0.012, `LFs that vote seldom: ${(100 * lost).toFixed(3)} points lost`);
});

t.test(
  "with hardly any noise the weights are those of the exact model, asymmetric LFs and the votes' cap included",
  async (t) => {
    const accuracies = ten.map((lf) => [0.95 - 0.03 * lf, 0.6 + 0.03 * lf]);
    const { exact, noisy } = compare(generateVotes(100_000, { prior, accuracies, coverages }), 8, prior);
    for (const [lf, weight] of exact.document.weights.entries()) {
      t.ok(Math.abs(weight! - noisy.document.weights[lf]!) < 0.01, `${weight} and ${noisy.document.weights[lf]}`);
    }
  },
);

t.test("a fit is marked as protected, with its bound, and loads as any label model", async (t) => {
  const { noisy } = compare(generateVotes(10_000, { prior, accuracies: symmetric, coverages }), 1, prior);
  t.equal(noisy.protection, "protected");
  t.strictSame(noisy.bound, bound);
  t.match(noisy.document, { model: "moments", identified: true, converged: true, patterns: 0 });
  const votes = new Int8Array(10).fill(1);
  t.strictSame(
    loadLabelModel(JSON.parse(JSON.stringify(noisy.document))).predictPattern(votes),
    noisy.predictPattern(votes),
  );
});

t.test("three labels are learned from pair counts", async (t) => {
  const even = [1 / 3, 1 / 3, 1 / 3];
  const data = generateVotes(40_000, {
    prior: even,
    accuracies: ten.map((lf) => [0.5 + 0.04 * lf, 0.5 + 0.04 * lf, 0.5 + 0.04 * lf]),
    coverages,
  });
  const { noisy } = compare(data, 1, even);
  for (const [lf, weight] of noisy.document.weights.entries()) {
    t.ok(Math.abs(weight! - (0.5 + 0.04 * lf)) < 0.05, `LF ${lf}: ${weight?.toFixed(3)}`);
  }
});

t.test("forty LFs, five of which nearly always vote, four of whose votes a row are paired", async (t) => {
  const forty = Array.from({ length: 40 }, (_, lf) => 0.6 + 0.008 * lf);
  const data = generateVotes(5000, {
    prior: [0.5, 0.5],
    accuracies: forty.map((accuracy) => [accuracy, accuracy]),
    coverages: forty.map((_, lf) => (lf % 8 === 0 ? 0.98 : 0.2)),
  });
  const { document } = fitNoisyVoteTable(releaseTable(data, 8), { requested: "moments", bound });
  const missed = document.weights.map((weight, lf) => Math.abs(weight! - forty[lf]!));
  t.ok(missed.reduce((sum, miss) => sum + miss, 0) / 40 < 0.06, `${Math.max(...missed).toFixed(3)} at most`);
});

t.test("LFs that the noise hides get one accuracy, or none, and the warnings say so", async (t) => {
  // Noise of about 19 rows: 20 of them are 380 votes, 4 of them 76.
  const hidden = ten.map((lf) => (lf === 0 ? 0.002 : lf === 1 ? 0.03 : 0.5));
  const { table, noisy } = compare(
    generateVotes(10_000, { prior, accuracies: symmetric, coverages: hidden }),
    1,
    prior,
  );
  t.equal(noisy.document.weights[0], null);
  const [, forBenign, forAttack] = noisy.document.conditional[1]!;
  const odds = (labels: (number | null)[], vote: number) => labels[vote]! / labels[1 - vote]!;
  t.ok(Math.abs(odds(forBenign!, 0) / odds(forAttack!, 1) - 1) < 1e-9, "the symmetric model");
  t.match(noisy.document.warnings.join(" "), /lf0 votes too seldom .* 1 labeling function has few votes/);
  const analysis = analyzeNoisyTable(table, noisy, 10);
  t.match(analysis.lfs[0], { polarity: [], coverage: 0 });
  t.equal(analysis.agreement[0]![1], null);
});

t.test("nothing but noise gives an answer without a number that is none", async (t) => {
  const silent = generateVotes(2000, { prior, accuracies: symmetric, coverages: ten.map(() => 0) });
  const table = releaseTable(silent, 0.05);
  for (const requested of ["auto", "majority"] as const) {
    const { document } = fitNoisyVoteTable({ ...table, rows: -50 }, { requested, bound });
    t.equal(document.trainingRows, 1);
    t.notOk(JSON.stringify(document).includes("NaN"));
  }
  const model = fitNoisyVoteTable(table, { requested: "auto", bound });
  t.ok(analyzeNoisyTable(table, model, 10).lfs.every(({ coverage }) => coverage >= 0 && coverage <= 1));
});

t.test("an analysis of noisy counts is near the exact one", async (t) => {
  const { table, noisy, histogram, labels, lfNames } = compare(
    generateVotes(50_000, { prior, accuracies: symmetric, coverages }),
    1,
    prior,
  );
  const exact = analyzeVotes(histogram, { labels, lfNames });
  const released = analyzeNoisyTable(table, noisy, 10);
  const near = (one: number, other: number, tolerance: number, what: string) =>
    t.ok(Math.abs(one - other) < tolerance, `${what}: ${one.toFixed(4)} and ${other.toFixed(4)}`);
  for (const [lf, line] of exact.lfs.entries()) {
    near(line.coverage, released.lfs[lf]!.coverage, 0.002, "coverage");
    near(line.overlaps, released.lfs[lf]!.overlaps, 0.01, "overlaps");
    near(line.conflicts, released.lfs[lf]!.conflicts, 0.01, "conflicts");
    t.strictSame(released.lfs[lf]!.polarity, line.polarity);
    t.equal(released.lfs[lf]!.correct, null);
  }
  near(exact.rowConflict, released.rowConflict, 0.01, "row conflict");
  near(exact.labelCoverage, released.labelCoverage, 0.01, "label coverage");
  near(exact.agreement[2]![7]!, released.agreement[2]![7]!, 0.02, "agreement");
});

t.test(
  "scores of a noisy confusion table: counts that are too small are not shown, and no score is negative",
  async (t) => {
    const task = { id: "task", labels: ["benign", "attack"], positive: "attack" };
    const scores = scoreNoisyConfusion({ counts: [900, -12, 3, 40, 800, 95], sigma: 10, minimumSupportRows: 10 }, task);
    t.strictSame(scores.confusion, [
      [900, 0, 0],
      [0, 800, 95],
    ]);
    t.ok(Math.abs(scores.f1[1]! - 1600 / (1600 + 0 + 135)) < 1e-12);
    t.match(scores.reasons.join(" "), /standard deviation 10.0 rows; 3 of them/);
  },
);
