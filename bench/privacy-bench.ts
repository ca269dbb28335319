import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import {
  addHistogramNoise,
  addNoise,
  type ByteSource,
  estimateRelease,
  KeyedHash,
  presetRules,
  type ReleasePlan,
  VoteCounter,
} from "@flamenco/policies/release";
import type { VoteTable } from "@flamenco/policies/wire";
import {
  buildHistogram,
  type FittedLabelModel,
  fitLabelModel,
  fitNoisyVoteTable,
  histogramOf,
  type LabeledHistogram,
  predictPatterns,
  scoreNoisyConfusion,
  scorePredictions,
} from "@flamenco/sandbox/labeling";
import { drawLines } from "@flamenco/sandbox/plots";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { type RealVotes, readRealVotes } from "./real-votes.js";
import { median, round, time } from "./timing.js";

const labels = ["no", "yes"];
const task = { id: "bench", labels, positive: "yes" };
const osBytes: ByteSource = (count) => randomBytes(count);
const LFS = 10;
const epsilons = [0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8];
const DRAWS = 20;

/** Ten LFs that are independent given the label, of the kinds that operators write. */
const families = {
  plain: { coverage: (lf: number) => 0.3 + 0.05 * lf, accuracy: (lf: number) => 0.6 + 0.033 * lf },
  weak: { coverage: (lf: number) => 0.2 + 0.033 * ((lf * 3) % 10), accuracy: (lf: number) => 0.55 + 0.022 * lf },
  seldom: { coverage: (lf: number) => 0.05 + 0.016 * ((lf * 7) % 10), accuracy: (lf: number) => 0.6 + 0.033 * lf },
} as const;

/** What a protected release costs: accuracy of its labels, at each epsilon, and milliseconds. */
export async function benchPrivacy(): Promise<unknown> {
  const real = readRealVotes();
  const curves = real.map(measureEpsilons);
  const path = process.env.FLAMENCO_BENCH_PLOT;
  if (path !== undefined && curves.length > 0) writeFileSync(path, drawCurves(curves));
  return {
    generated: [10_000, 100_000, 1_000_000].map((rows) => measureGenerated(rows)),
    real: curves.length === 0 ? "The shared data sets are not here." : curves,
  };
}

/** Points of accuracy lost at epsilon 1 (delta 1e-6), with pair counts of four votes a row and of all. */
function measureGenerated(rows: number): unknown {
  const trials = rows > 100_000 ? 1 : rows > 10_000 ? 3 : 10;
  const perFamily = Object.entries(families).map(([name, { coverage, accuracy }]) => {
    const lost = { ofFour: [] as number[], ofAll: [] as number[] };
    const milliseconds = { count: [] as number[], noise: [] as number[], fit: [] as number[] };
    for (let trial = 0; trial < trials; trial++) {
      const set = generate(rows, trial + 1, coverage, accuracy);
      const histogram = count(set);
      const exact = accuracyOf(fitExact(histogram, set.lfCount), histogram);
      for (const [column, votesPerRow] of [
        ["ofFour", 4],
        ["ofAll", LFS],
      ] as const) {
        let table: VoteTable | undefined;
        milliseconds.count.push(1000 * time(() => (table = countTable(set, votesPerRow))));
        const plan = planOf(set, 1, votesPerRow);
        for (let draw = 0; draw < 4; draw++) {
          const model = release(table as VoteTable, plan, milliseconds);
          lost[column].push(100 * (exact - accuracyOf(model, histogram)));
        }
      }
    }
    return [
      name,
      {
        pointsLostFourVotesARow: round(mean(lost.ofFour)),
        pointsLostAllVotes: round(mean(lost.ofAll)),
        countMilliseconds: round(median(milliseconds.count)),
        noiseMilliseconds: round(median(milliseconds.noise)),
        fitMilliseconds: round(median(milliseconds.fit)),
      },
    ];
  });
  return { rows, lfs: LFS, epsilon: 1, trials: trials * 4, ...Object.fromEntries(perFamily) };
}

interface Curve {
  readonly name: string;
  readonly rows: number;
  readonly lfs: number;
  readonly exactF1: number;
  readonly points: readonly {
    readonly epsilon: number;
    readonly f1: number;
    readonly sd: number;
    readonly sigma: number;
  }[];
}

/** F1 that releases of one data set say, each row a unit: mean and standard deviation over draws of noise. */
function measureEpsilons(set: RealVotes): Curve {
  const histogram = count(set);
  const { votesPerRow } = presetRules.standard;
  const table = countTable(set, votesPerRow);
  const points = epsilons.map((epsilon) => {
    const plan = planOf(set, epsilon, votesPerRow);
    const scores = Array.from({ length: DRAWS }, () => releaseF1(release(table, plan), plan, histogram));
    const f1 = mean(scores);
    const sd = Math.sqrt(mean(scores.map((score) => (score - f1) ** 2)));
    return { epsilon, f1: decimals(f1), sd: decimals(sd), sigma: round(plan.parts.votes.sigma) };
  });
  const exact = fitExact(histogram, set.lfCount);
  return {
    name: set.name,
    rows: set.truth.length,
    lfs: set.lfCount,
    exactF1: decimals(scorePredictions(predictPatterns(exact, histogram), histogram, task).positiveF1 ?? 0),
    points,
  };
}

/** F1 of the positive label from a confusion table with noise, as a release says it. */
function releaseF1(model: FittedLabelModel, plan: ReleasePlan, histogram: LabeledHistogram): number {
  const { confusion } = plan.parts;
  if (confusion === null) return 0;
  const exact = scorePredictions(predictPatterns(model, histogram), histogram, task).confusion.flat();
  const counts = addHistogramNoise(exact, confusion, osBytes);
  const { minimumSupportRows } = plan;
  return scoreNoisyConfusion({ counts, sigma: confusion.sigma, minimumSupportRows }, task).positiveF1 ?? 0;
}

function drawCurves(curves: readonly Curve[]): string {
  return drawLines({
    title: "What protection costs",
    subtitle: `F1 that protected releases say: mean and standard deviation of ${DRAWS} draws of noise. Dotted: without noise`,
    xName: "epsilon of the release (each row a privacy unit)",
    yName: "F1 of the positive label",
    ticks: epsilons,
    series: curves.map(({ name, rows, exactF1, points }) => ({
      name: `${name}, ${rows.toLocaleString("en-US")} rows`,
      limit: exactF1,
      points: points.map(({ epsilon, f1, sd }) => ({ x: epsilon, y: f1, spread: sd })),
    })),
  });
}

function generate(
  rows: number,
  seed: number,
  coverage: (lf: number) => number,
  accuracy: (lf: number) => number,
): RealVotes {
  const random = new SeededRandom(seed);
  const votes = new Int8Array(rows * LFS).fill(-1);
  const truth = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = random.nextFloat() < 0.5 ? 1 : 0;
    truth[row] = label;
    for (let lf = 0; lf < LFS; lf++) {
      if (random.nextFloat() >= coverage(lf)) continue;
      votes[row * LFS + lf] = random.nextFloat() < accuracy(lf) ? label : 1 - label;
    }
  }
  return { name: "generated", lfCount: LFS, votes, truth };
}

const namesOf = (lfCount: number): string[] => Array.from({ length: lfCount }, (_, lf) => `bench/lfs@1.0.0#lf${lf}`);

function count({ votes, truth, lfCount }: RealVotes): LabeledHistogram {
  const { histogram, patternOfRow } = buildHistogram({ votes, lfCount, labelCount: labels.length });
  return histogramOf(patternOfRow, histogram, undefined, truth);
}

function countTable({ votes, truth, lfCount }: RealVotes, votesPerRow: number): VoteTable {
  const hash = new KeyedHash(randomBytes(8));
  const counter = new VoteCounter({ lfs: namesOf(lfCount), labels, rowsPerUnit: 1, votesPerRow, hash });
  for (let row = 0; row < truth.length; row++) counter.add(votes, row * lfCount, row);
  return counter.finish();
}

function planOf({ truth, lfCount }: RealVotes, epsilon: number, votesPerRow: number): ReleasePlan {
  const rows = truth.length;
  const rules = {
    ...presetRules.standard,
    rowsPerUnit: 1,
    votesPerRow,
    epsilon: { ...presetRules.standard.epsilon, release: epsilon },
  };
  return estimateRelease(
    {
      rows,
      trainingRows: rows,
      testRows: rows,
      lfs: lfCount,
      labels: labels.length,
      outputs: ["labelModel", "metrics"],
    },
    rules,
  );
}

function release(
  table: VoteTable,
  plan: ReleasePlan,
  milliseconds: { readonly noise: number[]; readonly fit: number[] } = { noise: [], fit: [] },
): FittedLabelModel {
  const start = performance.now();
  const noisy = addNoise(table, plan, osBytes);
  const drawn = performance.now();
  const model = fitNoisyVoteTable(noisy, {
    requested: "moments",
    bound: { epsilon: plan.epsilonSpent, delta: plan.delta },
  });
  milliseconds.noise.push(drawn - start);
  milliseconds.fit.push(performance.now() - drawn);
  return model;
}

const fitExact = (histogram: LabeledHistogram, lfCount: number): FittedLabelModel =>
  fitLabelModel(histogram, { model: "moments", labels, lfNames: namesOf(lfCount) });

const accuracyOf = (model: FittedLabelModel, histogram: LabeledHistogram): number =>
  scorePredictions(predictPatterns(model, histogram), histogram, task).accuracy ?? 0;

const decimals = (value: number): number => Number(value.toFixed(4));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
