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
  const warnings = [...warnOfConstants(totals, lfNames, labels)];
  const redundant = new Set<string>();
  for (const [first, second, text] of findRedundancy(pairs, totals, lfNames)) {
    redundant.add(`${first} ${second}`);
    warnings.push(text);
  }
  const labeledRows = labeled.truthCounts.reduce((sum, rows) => sum + rows, 0);
  const given = labeledRows >= ENOUGH_LABELED_ROWS && pairs.counts.length * labels.length <= MOST_PAIR_COUNTS;
  const groups = given ? countPairsByTruth(labeled) : [pairs];
  for (const [i, first] of lfNames.entries()) {
    for (let j = i + 1; j < lfNames.length; j++) {
      if (redundant.has(`${i} ${j}`)) continue;
      const strength = associateVotes(groups, i, j);
      if (strength === null || strength < (given ? STRONG_GIVEN_TRUTH : STRONG_WITHOUT_TRUTH)) continue;
      const basis = given ? " among rows of the same true label" : "";
      warnings.push(
        `${first} and ${lfNames[j]} depend on each other (association ${strength.toFixed(2)}${basis}); label models count them as two opinions.`,
      );
    }
  }
  return warnings.slice(0, labelingLimits.warnings).map((text) => text.slice(0, labelingLimits.warningCharacters));
}

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
function* findRedundancy(
  { lfCount, labelCount: k, counts }: PairCounts,
  { votes }: VoteTotals,
  lfNames: readonly string[],
): Generator<[number, number, string]> {
  const size = lfCount * k;
  const equalVotes = (first: number, second: number) => {
    let rows = 0;
    for (let label = 0; label < k; label++) rows += counts[(first * k + label) * size + second * k + label]!;
    return rows;
  };
  for (let i = 0; i < lfCount; i++) {
    for (let j = i + 1; j < lfCount; j++) {
      const equal = equalVotes(i, j);
      if (equal === 0) continue;
      const [first, second] = [lfNames[i]!, lfNames[j]!];
      if (equal === votes[i] && equal === votes[j])
        yield [i, j, `${first} and ${second} always vote the same: one of them is redundant.`];
      else if (equal === votes[j])
        yield [i, j, `${second} votes only where ${first} does, and the same: it is redundant.`];
      else if (equal === votes[i])
        yield [i, j, `${first} votes only where ${second} does, and the same: it is redundant.`];
    }
  }
}
