import { FlamencoError } from "@flamenco/policies/errors";
import { type CodeWord, combinePatternCodes } from "./pattern-codes.js";
import { PatternIndex } from "./pattern-index.js";
import { ABSTAIN, type IndexedHistogram, type LabeledHistogram, type VoteHistogram } from "./vote-histogram.js";

/** Votes of every row, row-major: `votes[row * lfCount + lf]`, label index or -1. */
export interface VoteMatrix {
  readonly votes: Int8Array;
  readonly lfCount: number;
  readonly labelCount: number;
}

/**
 * The histogram of a vote matrix, and the pattern of every row. For tests and small data; kernels hand over code words.
 * @throws FLM_INTERNAL for a vote outside -1..k-1 or a matrix that does not hold whole rows.
 */
export function buildHistogram({ votes, lfCount, labelCount }: VoteMatrix): IndexedHistogram {
  if (lfCount < 1 || votes.length % lfCount !== 0) {
    throw new FlamencoError("FLM_INTERNAL", "A vote matrix holds whole rows of at least one labeling function.");
  }
  const rows = votes.length / lfCount;
  const base = labelCount + 1;
  const lfsPerWord = Math.floor(30 / Math.log2(base));
  const words: CodeWord[] = [];
  for (let first = 0; first < lfCount; first += lfsPerWord) {
    const lfs = Math.min(lfsPerWord, lfCount - first);
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      let code = 0;
      for (let lf = first + lfs - 1; lf >= first; lf--) {
        const vote = votes[row * lfCount + lf]!;
        if (vote < ABSTAIN || vote >= labelCount) {
          throw new FlamencoError("FLM_INTERNAL", "A vote is -1 or the index of a label.");
        }
        code = code * base + (vote - ABSTAIN);
      }
      codes[row] = code;
    }
    words.push({ codes, base, lfs });
  }
  return combinePatternCodes(words, rows);
}

/**
 * Count again the rows that `rowMask` selects (all without one), with their ground truth. Pattern indices stay those of
 * `histogram`, so predictions by pattern fit every restriction of it.
 * @param rowMask non-zero selects the row.
 * @param truth label index of each row, -1 unknown.
 */
export function histogramOf(
  patternOfRow: Int32Array,
  histogram: VoteHistogram,
  rowMask?: Uint8Array,
  truth?: Int8Array,
): LabeledHistogram {
  const { labelCount } = histogram;
  const counts = new Float64Array(histogram.counts.length);
  const truthCounts = new Float64Array(counts.length * labelCount);
  for (let row = 0; row < patternOfRow.length; row++) {
    if (rowMask !== undefined && rowMask[row] === 0) continue;
    const pattern = patternOfRow[row]!;
    counts[pattern]! += 1;
    const label = truth?.[row] ?? -1;
    if (label >= 0 && label < labelCount) truthCounts[pattern * labelCount + label]! += 1;
  }
  return { ...histogram, counts, truthCounts };
}

/**
 * The sum of histograms of the same LFs: over partitions, workers or nodes. Patterns are numbered by first appearance in
 * the sequence. Truth is kept when every part has it.
 * @throws FLM_INTERNAL when the parts differ in LFs or labels, or there is none.
 * @throws FLM_TOO_LARGE when the distinct patterns do not fit the ceiling.
 */
export function addHistograms(parts: readonly LabeledHistogram[]): LabeledHistogram;
export function addHistograms(parts: readonly VoteHistogram[]): VoteHistogram;
export function addHistograms(parts: readonly (VoteHistogram | LabeledHistogram)[]): VoteHistogram | LabeledHistogram {
  const first = parts[0];
  if (first === undefined) throw new FlamencoError("FLM_INTERNAL", "There is no histogram to add.");
  const { lfCount, labelCount } = first;
  const index = new PatternIndex(lfCount, labelCount);
  const target = parts.map((part) => index.add(part));
  const patternCount = index.size;
  const counts = new Float64Array(patternCount);
  const truthCounts = new Float64Array(patternCount * labelCount);
  for (const [position, part] of parts.entries()) {
    for (let pattern = 0; pattern < part.counts.length; pattern++) {
      const sum = target[position]![pattern]!;
      counts[sum]! += part.counts[pattern]!;
      if (!("truthCounts" in part)) continue;
      for (let label = 0; label < labelCount; label++) {
        truthCounts[sum * labelCount + label]! += part.truthCounts[pattern * labelCount + label]!;
      }
    }
  }
  const sum = { lfCount, labelCount, patterns: index.list(), counts };
  return parts.every((part) => "truthCounts" in part) ? { ...sum, truthCounts } : sum;
}
