import { buildHistogram, histogramOf, type LabeledHistogram, type VoteHistogram } from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";

export interface GeneratedLf {
  readonly accuracy: number;
  readonly coverage: number;
}

/** Votes of LFs that are independent given the label, of known accuracy and coverage, for two labels. */
export function generateVotes(
  rows: number,
  lfs: readonly GeneratedLf[],
  seed: number,
  positiveShare = 0.5,
): LabeledHistogram {
  const random = new SeededRandom(seed);
  const votes = new Int8Array(rows * lfs.length);
  const truth = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = random.nextFloat() < positiveShare ? 1 : 0;
    truth[row] = label;
    for (const [lf, { accuracy, coverage }] of lfs.entries()) {
      const votesAtAll = random.nextFloat() < coverage;
      const right = random.nextFloat() < accuracy;
      votes[row * lfs.length + lf] = votesAtAll ? (right ? label : 1 - label) : -1;
    }
  }
  const { histogram, patternOfRow } = buildHistogram({ votes, lfCount: lfs.length, labelCount: 2 });
  return histogramOf(patternOfRow, histogram, undefined, truth);
}

/** The same votes, nobody knowing a label. */
export const withoutTruth = ({ truthCounts: _, ...votes }: LabeledHistogram): VoteHistogram => votes;
