import { associateVotes } from "./dependence.js";
import { labelingLimits } from "./limits.js";
import { countPairs, type PairCounts } from "./pair-counts.js";
import type { LabeledHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

/** Labeled rows from which dependence is judged given the truth. */
const ENOUGH_LABELED_ROWS = 100;
/** Pairwise counts of all true labels together that are worth their memory, 8 bytes each. */
const MOST_PAIR_COUNTS = 2 ** 25;
/** Association that is worth a warning, given the truth and without it: good LFs agree without depending on each other. */
const STRONG_GIVEN_TRUTH = 0.5;
const STRONG_WITHOUT_TRUTH = 0.9;

/** Two LFs whose votes hang together beyond chance. */
export interface Dependency {
  readonly first: number;
  readonly second: number;
  /** Bias-corrected Cramér's V, 0..1. */
  readonly association: number;
  /** Taken among rows of the same true label, which leaves out that both are right. */
  readonly givenTruth: boolean;
}

/** An LF that adds nothing to another: it votes only where the other does, and the same. */
export interface Redundancy {
  readonly redundant: number;
  readonly covers: number;
  /** The two always vote the same, so either may go. */
  readonly mutual: boolean;
}

/**
 * What a person should know before trusting the votes: LFs that never vote or always say the same, LFs that are redundant
 * ("B votes only where A does, and the same"), LFs that depend on each other. At most 200, the gravest kinds first.
 */
export function warnAboutVotes(
  labeled: LabeledHistogram,
  pairs: PairCounts,
  totals: VoteTotals,
  lfNames: readonly string[],
  labels: readonly string[],
): string[] {
  const warnings = [
    ...warnOfConstants(totals, lfNames, labels),
    ...findRedundancies(pairs, totals).map(({ redundant, covers, mutual }) =>
      mutual
        ? `${lfNames[covers]} and ${lfNames[redundant]} always vote the same: one of them is redundant.`
        : `${lfNames[redundant]} votes only where ${lfNames[covers]} does, and the same: it is redundant.`,
    ),
    ...findDependencies(labeled, pairs, totals).map(
      ({ first, second, association, givenTruth }) =>
        `${lfNames[first]} and ${lfNames[second]} depend on each other (association ${association.toFixed(2)}${givenTruth ? " among rows of the same true label" : ""}); label models count them as two opinions.`,
    ),
  ];
  return warnings.slice(0, labelingLimits.warnings).map((text) => text.slice(0, labelingLimits.warningCharacters));
}

/**
 * Pairs of LFs that depend on each other beyond chance, redundant pairs left out. With 100 labeled rows and more it is judged
 * among rows of the same true label.
 */
export function findDependencies(labeled: LabeledHistogram, pairs: PairCounts, totals: VoteTotals): Dependency[] {
  const redundant = new Set(findRedundancies(pairs, totals).map(pairKey));
  const labeledRows = labeled.truthCounts.reduce((sum, rows) => sum + rows, 0);
  const givenTruth = labeledRows >= ENOUGH_LABELED_ROWS && pairs.counts.length * pairs.labelCount <= MOST_PAIR_COUNTS;
  const groups = givenTruth ? countPairsByTruth(labeled) : [pairs];
  const dependencies: Dependency[] = [];
  for (let first = 0; first < pairs.lfCount; first++) {
    for (let second = first + 1; second < pairs.lfCount; second++) {
      if (redundant.has(pairKey({ redundant: first, covers: second }))) continue;
      const association = associateVotes(groups, first, second);
      if (association === null || association < (givenTruth ? STRONG_GIVEN_TRUTH : STRONG_WITHOUT_TRUTH)) continue;
      dependencies.push({ first, second, association, givenTruth });
    }
  }
  return dependencies;
}

const pairKey = ({ redundant, covers }: { redundant: number; covers: number }) =>
  `${Math.min(redundant, covers)} ${Math.max(redundant, covers)}`;

/** Pairwise counts of the rows of each true label. */
function countPairsByTruth(labeled: LabeledHistogram): PairCounts[] {
  const { labelCount: k, truthCounts, counts } = labeled;
  return Array.from({ length: k }, (_, label) =>
    countPairs({ ...labeled, counts: counts.map((_rows, pattern) => truthCounts[pattern * k + label]!) }),
  );
}

function* warnOfConstants(
  totals: VoteTotals,
  lfNames: readonly string[],
  labels: readonly string[],
): Generator<string> {
  for (const [lf, name] of lfNames.entries()) {
    if (totals.votes[lf] === 0) yield `${name} never votes on these rows.`;
    for (const [label, text] of labels.entries()) {
      if (totals.rows > 0 && totals.byLabel[lf]![label] === totals.rows) yield `${name} votes ${text} on every row.`;
    }
  }
}

/** Pairs of LFs of which one adds nothing to the other. */
export function findRedundancies({ lfCount, labelCount: k, counts }: PairCounts, { votes }: VoteTotals): Redundancy[] {
  const size = lfCount * k;
  const equalVotes = (first: number, second: number) => {
    let rows = 0;
    for (let label = 0; label < k; label++) rows += counts[(first * k + label) * size + second * k + label]!;
    return rows;
  };
  const found: Redundancy[] = [];
  for (let i = 0; i < lfCount; i++) {
    for (let j = i + 1; j < lfCount; j++) {
      const equal = equalVotes(i, j);
      if (equal === 0) continue;
      if (equal === votes[j]) found.push({ redundant: j, covers: i, mutual: equal === votes[i] });
      else if (equal === votes[i]) found.push({ redundant: i, covers: j, mutual: false });
    }
  }
  return found;
}
