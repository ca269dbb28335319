import { showCount } from "@flamenco/policies/release";
import {
  type Analysis,
  Analysis as AnalysisSchema,
  type NoisyVoteTable,
  pairNumber,
  parseDocument,
} from "@flamenco/policies/wire";
import { labelingLimits } from "./limits.js";
import { clampShare } from "./model-fit.js";
import type { ProtectedLabelModel } from "./noisy-fit.js";

/**
 * The LF analysis from noisy counts alone. Coverage and agreement are read off the table where enough rows stand behind them;
 * overlaps and conflicts, for which no counts were released, are those that the fitted model implies. What ground truth would
 * tell is not known.
 */
export function analyzeNoisyTable(
  table: NoisyVoteTable,
  model: ProtectedLabelModel,
  minimumSupportRows: number,
): Analysis {
  const { lfs, labels, sigma } = table;
  const rows = Math.max(1, table.rows);
  const shown = table.singles.map((counts) => counts.map((count) => showCount(count, sigma, minimumSupportRows)));
  const implied = implyMeetings(model);
  const hidden = lfs.filter((_, lf) => shown[lf]!.every((count) => count === null));
  const analysis: Analysis = {
    rows,
    labeledRows: 0,
    lfs: lfs.map((lf, i) => ({
      lf,
      polarity: labels.filter((_, label) => shown[i]![label] !== null),
      coverage: clampShare(shown[i]!.reduce<number>((sum, count) => sum + (count ?? 0), 0) / rows),
      overlaps: implied.overlaps[i]!,
      conflicts: implied.conflicts[i]!,
      correct: null,
      incorrect: null,
      empiricalAccuracy: null,
      weight: model.document.weights[i]!,
    })),
    labelCoverage: implied.covered,
    rowOverlap: implied.overlapping,
    rowConflict: implied.conflicting,
    agreement: lfs.map((_, i) => lfs.map((_, j) => agreementOf(table, i, j, minimumSupportRows))),
    warnings: [
      "Counts carry noise; overlaps and conflicts are those that the label model implies.",
      ...hidden.map((lf) => `${lf} votes on too few rows for its coverage to be shown.`),
    ]
      .slice(0, labelingLimits.warnings)
      .map((text) => text.slice(0, labelingLimits.warningCharacters)),
  };
  return parseDocument(AnalysisSchema, analysis, "analysis");
}

/** Share of equal votes among rows on which both vote, as the chosen votes say; `null` where those are too few to show. */
function agreementOf(table: NoisyVoteTable, i: number, j: number, minimumSupportRows: number): number | null {
  const { lfs, labels, sigma } = table;
  const k = labels.length;
  // An LF agrees with itself wherever it votes.
  const cells = i === j ? table.singles[i]! : table.pairs[pairNumber(Math.min(i, j), Math.max(i, j), lfs.length)]!;
  const both = cells.reduce((sum, count) => sum + count, 0);
  if (showCount(both, sigma * Math.sqrt(cells.length), minimumSupportRows) === null) return null;
  if (i === j) return 1;
  return clampShare(labels.reduce((sum, _, label) => sum + cells[label * k + label]!, 0) / both);
}

/** Shares of rows on which votes meet and differ, LFs being independent given the label. */
function implyMeetings({ likelihoods, document, lfCount, labelCount: k }: ProtectedLabelModel) {
  const { classBalance: prior } = document;
  const overlaps = new Array<number>(lfCount).fill(0);
  const conflicts = new Array<number>(lfCount).fill(0);
  let [covered, overlapping, conflicting] = [0, 0, 0];
  for (let label = 0; label < k; label++) {
    const p = prior[label]!;
    const votes = likelihoods.map((cast) => cast.map((labels) => clampShare(labels[label]!)));
    const abstains = votes.map((cast) => clampShare(1 - cast.reduce((sum, share) => sum + share, 0)));
    const noVote = product(abstains);
    const oneVote = abstains.reduce((sum, _, lf) => sum + (1 - abstains[lf]!) * product(without(abstains, lf)), 0);
    // Nobody votes for another label than `vote`.
    const unanimous = prior.map((_, vote) => votes.map((cast, lf) => clampShare(abstains[lf]! + cast[vote]!)));
    covered += p * (1 - noVote);
    overlapping += p * (1 - noVote - oneVote);
    conflicting += p * (1 - noVote - unanimous.reduce((sum, shares) => sum + product(shares) - noVote, 0));
    for (let lf = 0; lf < lfCount; lf++) {
      const votesAtAll = 1 - abstains[lf]!;
      overlaps[lf]! += p * votesAtAll * (1 - product(without(abstains, lf)));
      const alike = unanimous.reduce((sum, shares, vote) => sum + votes[lf]![vote]! * product(without(shares, lf)), 0);
      conflicts[lf]! += p * (votesAtAll - alike);
    }
  }
  return {
    overlaps: overlaps.map(clampShare),
    conflicts: conflicts.map(clampShare),
    covered: clampShare(covered),
    overlapping: clampShare(overlapping),
    conflicting: clampShare(conflicting),
  };
}

const product = (shares: readonly number[]): number => shares.reduce((all, share) => all * share, 1);
const without = (shares: readonly number[], place: number): number[] => shares.filter((_, index) => index !== place);
