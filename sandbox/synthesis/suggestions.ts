import type { Scores } from "@flamenco/policies/wire";
import { findCandidates } from "./candidates.js";
import { castVotes, featuresOf } from "./decision-heuristic.js";
import { sortColumns } from "./feature-rows.js";
import { listSubsets } from "./feature-subsets.js";
import { findFeedback } from "./feedback.js";
import { nameHeuristic } from "./heuristic-names.js";
import { checkSearch } from "./search-checks.js";
import type { SynthesisOptions, SynthesisTable } from "./synthesis-table.js";
import { sampleTrain } from "./train-sample.js";
import { scoreVotes, type VoteScore } from "./vote-score.js";
import { type SplitVotes, verifyVotes } from "./vote-verifier.js";
import { type WrittenHeuristic, writeThresholds } from "./written-heuristic.js";

/** LFs that there are already: their votes on the rows of the table, `votes[lf][row]` in the order of each split. */
export interface ExistingLfs {
  readonly names: readonly string[];
  readonly train: readonly Int8Array[];
  readonly validation: readonly Int8Array[];
}

export interface SuggestionOptions extends Pick<SynthesisOptions, "cardinality" | "seed"> {
  /** Suggestions at most. */
  readonly top: number;
}

/** A rule that could be written next. */
export interface Suggestion extends WrittenHeuristic {
  readonly name: string;
  readonly features: readonly string[];
  readonly validation: VoteScore;
  /** Share of training rows that it votes on. */
  readonly trainCoverage: number;
  /** Training rows that no LF votes on so far, and training rows on which its vote differs from one that is there. */
  readonly coverageGainedRows: number;
  readonly conflictRows: number;
  /** Label model over the LFs so far, and with this one, on validation rows; `before` is `null` without LFs. */
  readonly before: Scores | null;
  readonly after: Scores;
}

/** Candidates that are tried with the LFs so far, for each one that is suggested. */
const TRIED_PER_SUGGESTION = 3;

/**
 * What to write next: candidates of the search, fitted on all labeled rows and on those that the LFs so far leave in doubt,
 * ordered by what they add to macro F1 on validation rows, then by F1 and diversity.
 * @throws as `synthesizeLfs`
 */
export function suggestLfs(table: SynthesisTable, existing: ExistingLfs, options: SuggestionOptions): Suggestion[] {
  checkSearch(table, { ...options, rounds: 1, keepFirst: 1, keep: 1 });
  const { validation, train, features } = table;
  const subsets = listSubsets(features.length, options.cardinality);
  const { rows: sample, picked } = sampleTrain(table, subsets.length, options.seed);
  const before = existing.names.length === 0 ? null : verify(table, existing);
  const everything = new Uint8Array(validation.truth.length).fill(1);
  const selections: Uint8Array[] = [everything];
  if (before !== null) {
    const { selected, vagueRows } = findFeedback(before.probability, validation.truth, existing.names.length);
    if (vagueRows > 0) selections.push(selected);
  }
  const covered = Uint8Array.from(picked, (row) => (existing.train.some((votes) => votes[row]! >= 0) ? 1 : 0));
  const sorted = sortColumns(validation.columns);
  const candidates = selections
    .flatMap((selected) => findCandidates({ validation, sorted, selected, train: sample, covered, subsets }))
    .sort((a, b) => b.score - a.score);
  const suggestions: Suggestion[] = [];
  const known = existing.validation.map((votes) => votes.join());
  const taken = new Set(existing.names);
  for (const { heuristic } of candidates) {
    if (suggestions.length === options.top * TRIED_PER_SUGGESTION) break;
    const written = writeThresholds(heuristic, features, validation)?.statistic;
    if (written === undefined) continue;
    const votes = {
      validation: castVotes(written.heuristic, validation.columns),
      train: castVotes(written.heuristic, train.columns),
    };
    const key = votes.validation.join();
    if (known.includes(key)) continue;
    known.push(key);
    const name = nameHeuristic(heuristic, table, taken);
    taken.add(name);
    const { validation: after } = verify(table, {
      names: [...existing.names, name],
      train: [...existing.train, votes.train],
      validation: [...existing.validation, votes.validation],
    });
    suggestions.push({
      ...written,
      name,
      features: featuresOf(heuristic).map((feature) => features[feature]!.name),
      validation: scoreVotes(votes.validation, validation.truth),
      ...countAddition(votes.train, existing.train),
      before: before?.validation ?? null,
      after,
    });
  }
  const gain = ({ after }: Suggestion) => after.f1.reduce<number>((sum, f1) => sum + (f1 ?? 0), 0);
  return suggestions.sort((a, b) => gain(b) - gain(a)).slice(0, options.top);
}

function verify({ train, validation, task }: SynthesisTable, lfs: ExistingLfs) {
  const split = (votes: readonly Int8Array[], truth: Int8Array): SplitVotes => ({ votes, truth });
  return verifyVotes({
    train: split(lfs.train, train.truth),
    validation: split(lfs.validation, validation.truth),
    task,
    lfNames: lfs.names,
  });
}

function countAddition(votes: Int8Array, others: readonly Int8Array[]) {
  let [voted, coverageGainedRows, conflictRows] = [0, 0, 0];
  for (let row = 0; row < votes.length; row++) {
    const vote = votes[row]!;
    if (vote < 0) continue;
    voted++;
    if (others.every((other) => other[row]! < 0)) coverageGainedRows++;
    if (others.some((other) => other[row]! >= 0 && other[row] !== vote)) conflictRows++;
  }
  return { trainCoverage: voted / Math.max(1, votes.length), coverageGainedRows, conflictRows };
}
