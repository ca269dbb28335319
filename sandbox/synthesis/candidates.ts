import { type BandedHeuristic, chooseBand } from "./abstain-band.js";
import { castVotes } from "./decision-heuristic.js";
import type { FeatureRows } from "./feature-rows.js";
import { fitTree } from "./tree-fit.js";

export interface CandidateInput {
  /** Labeled rows. */
  readonly validation: FeatureRows;
  /** `sortColumns` of the validation columns. */
  readonly sorted: readonly Int32Array[];
  /** Validation rows to fit on: all, or those that the last round fed back. */
  readonly selected: Uint8Array;
  /** Training rows, or a sample of them, whose coverage counts. */
  readonly train: FeatureRows;
  /** Training rows on which some LF votes already. */
  readonly covered: Uint8Array;
  readonly subsets: readonly (readonly number[])[];
}

/** A heuristic that a round may keep. */
export interface Candidate extends BandedHeuristic {
  /** Features that it was fitted on; its tests may need fewer. */
  readonly subset: readonly number[];
  /** 1 - Jaccard index of the training rows that it covers and those covered already; 1 when none are. */
  readonly diversity: number;
  /** Half F1 on all validation rows, half diversity (Snuba §3.2). */
  readonly score: number;
}

/** Snuba's synthesizer and pruner: one heuristic a feature subset, best first; ties go to the earlier subset. */
export function findCandidates(input: CandidateInput): Candidate[] {
  const { validation, train, covered, subsets, ...fit } = input;
  const coveredRows = covered.reduce((sum, one) => sum + one, 0);
  const candidates = subsets.flatMap((subset): Candidate[] => {
    const tree = fitTree({ ...fit, rows: validation, features: subset, depth: subset.length });
    const banded = tree === undefined ? undefined : chooseBand(tree, validation);
    if (banded === undefined) return [];
    const diversity = coveredRows === 0 ? 1 : 1 - shareCommonRows(castVotes(banded.heuristic, train.columns), covered);
    return [{ ...banded, subset, diversity, score: (banded.f1 + diversity) / 2 }];
  });
  return candidates.sort((a, b) => b.score - a.score);
}

/** Jaccard index of the rows with a vote and the covered rows. */
function shareCommonRows(votes: Int8Array, covered: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let row = 0; row < votes.length; row++) {
    const [votesHere, coveredHere] = [votes[row]! >= 0, covered[row] === 1];
    if (votesHere && coveredHere) both++;
    if (votesHere || coveredHere) either++;
  }
  return either === 0 ? 0 : both / either;
}
