import { combineLfs } from "@flamenco/sandbox/combinations";
import { buildHistogram, histogramOf, type SplitHistograms } from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { median, round, time } from "./timing.js";

const LFS = 50;
const ROWS = 200_000;
const REPETITIONS = 3;
const task = { id: "bench", labels: ["benign", "attack"], positive: "attack" };

/**
 * All pairs of 50 LFs from one histogram, and a set grown to four: LFs that are rules over some fields, so few patterns,
 * and over more, so tens of thousands.
 */
export function benchCombinations(): unknown {
  return { lfs: LFS, pairs: (LFS * (LFS - 1)) / 2, fewFields: measure(3), manyFields: measure(5) };
}

function measure(fields: number) {
  const histograms = drawHistograms(fields);
  const combine = (size: number) =>
    combineLfs({
      histograms,
      lfNames: Array.from({ length: LFS }, (_, lf) => `lf${lf}`),
      task,
      model: "auto",
      size,
    });
  const milliseconds = (size: number) =>
    round(1000 * median(Array.from({ length: REPETITIONS }, () => time(() => void combine(size)))));
  return {
    patterns: histograms.train.counts.length,
    allPairsMilliseconds: milliseconds(1),
    withGrownSetMilliseconds: milliseconds(4),
  };
}

/** Thresholds on made-up fields whose values are larger in attacks. */
function drawHistograms(fieldCount: number): SplitHistograms {
  const random = new SeededRandom(21);
  const votes = new Int8Array(ROWS * LFS);
  const truth = new Int8Array(ROWS);
  const fields = new Float64Array(fieldCount);
  for (let row = 0; row < ROWS; row++) {
    truth[row] = random.nextFloat() < 0.3 ? 1 : 0;
    for (let field = 0; field < fieldCount; field++) fields[field] = random.nextFloat() + 0.4 * truth[row]!;
    for (let lf = 0; lf < LFS; lf++) {
      const value = fields[lf % fieldCount]!;
      const limit = 0.3 + 0.014 * lf;
      votes[row * LFS + lf] = lf % 2 === 0 ? (value > limit + 0.3 ? 1 : -1) : value < limit - 0.2 ? 0 : -1;
    }
  }
  const { histogram, patternOfRow } = buildHistogram({ votes, lfCount: LFS, labelCount: 2 });
  const part = (from: number, to: number) => {
    const mask = Uint8Array.from(truth, (_, row) => (row % 10 >= from && row % 10 < to ? 1 : 0));
    return histogramOf(patternOfRow, histogram, mask, truth);
  };
  return { train: part(0, 6), validation: part(6, 8), test: part(8, 10) };
}
