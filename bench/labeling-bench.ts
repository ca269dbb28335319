import { buildHistogram, fitLabelModel, type VoteHistogram } from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { benchCombinations } from "./combinations-bench.js";
import { median, round, time } from "./timing.js";

const REPETITIONS = 7;
const labels = ["benign", "attack"];
const models = ["moments", "triplets", "em", "one-coin", "majority", "auto"] as const;

/** Label models from histograms: what a fit costs once the votes are counted. One function a measurement. */
export async function benchLabeling(): Promise<unknown> {
  return {
    millionRows: benchMillionRows(),
    hundredLfs: benchHundredLfs(),
    twentyThousandPatterns: benchTwentyThousandPatterns(),
    combinations: benchCombinations(),
  };
}

/** 1,000,000 rows x 10 LFs that are rules over four fields, as operators write them: few patterns. */
export function benchMillionRows(): unknown {
  const rows = 1_000_000;
  const lfCount = 10;
  const random = new SeededRandom(11);
  const votes = new Int8Array(rows * lfCount);
  const fields = new Float64Array(4);
  for (let row = 0; row < rows; row++) {
    const label = random.nextFloat() < 0.3 ? 1 : 0;
    for (let field = 0; field < 4; field++) fields[field] = random.nextFloat() + (label === 1 ? 0.4 : 0);
    for (let lf = 0; lf < lfCount; lf++) {
      const value = fields[lf % 4]!;
      const [low, high] = [0.2 + 0.03 * lf, 0.8 + 0.03 * lf];
      votes[row * lfCount + lf] = value > high ? 1 : value < low ? 0 : -1;
    }
  }
  let histogram: VoteHistogram | undefined;
  const seconds = time(() => {
    histogram = buildHistogram({ votes, lfCount, labelCount: 2 }).histogram;
  });
  return { rows, lfs: lfCount, countMilliseconds: round(seconds * 1000), ...measureFits(histogram as VoteHistogram) };
}

/** 100 LFs of random coverage and accuracy, 20,000 patterns. */
export function benchHundredLfs(): unknown {
  return { lfs: 100, ...measureFits(drawPatterns(100, 20_000)) };
}

/** 20 LFs, 20,000 patterns. */
export function benchTwentyThousandPatterns(): unknown {
  return { lfs: 20, ...measureFits(drawPatterns(20, 20_000)) };
}

function drawPatterns(lfCount: number, patternCount: number): VoteHistogram {
  const random = new SeededRandom(12);
  const accuracies = Array.from({ length: lfCount }, () => 0.6 + 0.35 * random.nextFloat());
  const coverages = Array.from({ length: lfCount }, () => 0.2 + 0.7 * random.nextFloat());
  const patterns = new Int8Array(patternCount * lfCount);
  for (let pattern = 0; pattern < patternCount; pattern++) {
    const label = pattern % 2;
    for (let lf = 0; lf < lfCount; lf++) {
      const right = random.nextFloat() < accuracies[lf]!;
      patterns[pattern * lfCount + lf] = random.nextFloat() < coverages[lf]! ? (right ? label : 1 - label) : -1;
    }
  }
  const counts = Float64Array.from({ length: patternCount }, () => 1 + Math.floor(100 * random.nextFloat()));
  return { lfCount, labelCount: 2, patterns, counts };
}

/** Milliseconds of each model: the first fit of this process, and the median of those after it. */
function measureFits(histogram: VoteHistogram): object {
  const lfNames = Array.from({ length: histogram.lfCount }, (_, lf) => `lf${lf}`);
  const fits = models.map((model) => {
    let document: object = {};
    const milliseconds = Array.from({ length: REPETITIONS }, () =>
      round(
        1000 *
          time(() => {
            const fit = fitLabelModel(histogram, { model, labels, lfNames });
            document = {
              chosen: fit.document.model,
              converged: fit.document.converged,
              iterations: fit.document.iterations,
            };
          }),
      ),
    );
    return [model, { firstMilliseconds: milliseconds[0], milliseconds: median(milliseconds.slice(1)), ...document }];
  });
  return { patterns: histogram.counts.length, ...Object.fromEntries(fits) };
}
