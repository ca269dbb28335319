import { buildHistogram, fitLabelModel, predictPatterns, type VoteHistogram } from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import fc from "fast-check";
import t from "tap";
import { generateVotes, withoutTruth } from "./generated-votes.js";

const labels = ["benign", "attack"];
const lfs = [
  { accuracy: 0.9, coverage: 0.8 },
  { accuracy: 0.8, coverage: 0.7 },
  { accuracy: 0.7, coverage: 0.9 },
  { accuracy: 0.65, coverage: 0.5 },
  { accuracy: 0.85, coverage: 0.6 },
];
const lfNames = lfs.map((_, lf) => `lf${lf}`);

const recovering = ["moments", "triplets", "em", "one-coin"] as const;

/** Root mean square distance of the weights from the accuracies that made the votes, over several draws. */
function measureError(rows: number, model: (typeof recovering)[number]): number {
  const squares = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
    const votes = withoutTruth(generateVotes(rows, lfs, seed));
    const { document } = fitLabelModel(votes, { model, labels, lfNames, classBalance: [0.5, 0.5] });
    return document.weights.map((weight, lf) => (weight! - lfs[lf]!.accuracy) ** 2);
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Slope of the straight line through points, by least squares. */
function measureSlope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([a]) => a)), mean(points.map(([, b]) => b))];
  const rise = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return rise / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

for (const model of recovering) {
  t.test(`${model} recovers known accuracies without labels; its error shrinks as the root of the rows`, async (t) => {
    const errors = [2_000, 8_000, 32_000, 128_000].map((rows) => [rows, measureError(rows, model)] as const);
    const slope = measureSlope(errors.map(([rows, error]) => [Math.log(rows), Math.log(error)]));
    t.ok(Math.abs(slope + 0.5) < 0.15, `log error falls by ${slope} a unit of log rows: ${errors.join("; ")}`);
    t.ok(errors.at(-1)![1] < 0.01, `error from 128,000 rows is ${errors.at(-1)![1]}`);
  });
}

t.test("em and one-coin recover accuracies over three labels", async (t) => {
  const random = new SeededRandom(51);
  const rows = 60_000;
  const votes = Int8Array.from({ length: rows * lfs.length });
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(random.nextFloat() * 3);
    for (const [lf, { accuracy, coverage }] of lfs.entries()) {
      const vote = random.nextFloat() < accuracy ? label : (label + (random.nextFloat() < 0.5 ? 1 : 2)) % 3;
      votes[row * lfs.length + lf] = random.nextFloat() < coverage ? vote : -1;
    }
  }
  const { histogram } = buildHistogram({ votes, lfCount: lfs.length, labelCount: 3 });
  for (const model of ["em", "one-coin"] as const) {
    const { document } = fitLabelModel(histogram, { model, labels: [...labels, "scan"], lfNames });
    const gaps = document.weights.map((weight, lf) => Math.abs(weight! - lfs[lf]!.accuracy));
    t.ok(Math.max(...gaps) < 0.02, `${model}: ${gaps}`);
  }
});

t.test("EM recovers a rare label's share that nobody told it", async (t) => {
  const { document } = fitLabelModel(withoutTruth(generateVotes(100_000, lfs, 7, 0.1)), {
    model: "em",
    labels,
    lfNames,
  });
  t.ok(Math.abs(document.classBalance[1]! - 0.1) < 0.01, `${document.classBalance}`);
});

/** Put the LFs of a histogram into another order. */
function permuteLfs(histogram: VoteHistogram, order: readonly number[]): VoteHistogram {
  const { lfCount, patterns } = histogram;
  const permuted = patterns.map((_, cell) => patterns[Math.floor(cell / lfCount) * lfCount + order[cell % lfCount]!]!);
  return { ...histogram, patterns: permuted };
}

for (const model of ["majority", ...recovering, "auto"] as const) {
  t.test(`${model}: reordering LFs reorders the result and changes nothing else`, async () => {
    const votes = generateVotes(2_000, lfs, 8, 0.4);
    const straight = fitLabelModel(withoutTruth(votes), { model, labels, lfNames });
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const permuted = permuteLfs(votes, order);
        const other = fitLabelModel(withoutTruth({ ...votes, ...permuted }), {
          model,
          labels,
          lfNames: order.map((lf) => lfNames[lf]!),
        });
        for (const [place, lf] of order.entries()) {
          const [a, b] = [straight.document.weights[lf]!, other.document.weights[place]!];
          if (a !== b && !(Math.abs(a - b) < 1e-7)) throw new Error(`weight ${a} became ${b}`);
        }
        const [before, after] = [predictPatterns(straight, votes), predictPatterns(other, permuted)];
        if (before.join() !== after.join()) throw new Error("predictions changed");
      }),
      { numRuns: 10, seed: 9 },
    );
  });

  t.test(`${model}: twice every row is the same evidence`, async (t) => {
    const votes = withoutTruth(generateVotes(2_000, lfs, 10));
    const once = fitLabelModel(votes, { model, labels, lfNames }).document;
    const twice = fitLabelModel(
      { ...votes, counts: votes.counts.map((count) => 2 * count) },
      { model, labels, lfNames },
    ).document;
    t.equal(twice.trainingRows, 2 * once.trainingRows);
    t.equal(twice.model, once.model);
    const same = once.weights.every(
      (weight, lf) => weight === twice.weights[lf] || Math.abs(weight! - twice.weights[lf]!) < 1e-9,
    );
    t.ok(same, "weights");
  });
}

for (const model of recovering) {
  t.test(`${model}: fitting patterns is fitting rows`, async (t) => {
    const votes = generateVotes(1_500, lfs, 13);
    const rowsOf = [...votes.counts].flatMap((count, pattern) => new Array<number>(count).fill(pattern));
    const rows: VoteHistogram = {
      lfCount: votes.lfCount,
      labelCount: 2,
      patterns: Int8Array.from(rowsOf.flatMap((pattern) => [...votes.patterns.subarray(pattern * 5, pattern * 5 + 5)])),
      counts: new Float64Array(rowsOf.length).fill(1),
    };
    const [byPattern, byRow] = [withoutTruth(votes), rows].map((train) =>
      fitLabelModel(train, { model, labels, lfNames }),
    );
    t.ok(byPattern!.document.patterns < byRow!.document.patterns);
    const gaps = byPattern!.document.weights.map((weight, lf) => Math.abs(weight! - byRow!.document.weights[lf]!));
    t.ok(Math.max(...gaps) < 1e-9, `${gaps}`);
  });
}

t.test("the same votes give the same document, byte for byte", async (t) => {
  const votes = generateVotes(3_000, lfs, 12);
  const fit = () =>
    JSON.stringify(fitLabelModel(votes, { model: "auto", labels, lfNames, validation: votes }).document);
  t.equal(fit(), fit());
});
