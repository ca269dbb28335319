import type { Scores } from "@flamenco/policies/wire";
import { type Candidate, findCandidates } from "./candidates.js";
import { castVotes, type Heuristic } from "./decision-heuristic.js";
import { type FeatureRows, sortColumns } from "./feature-rows.js";
import { listSubsets } from "./feature-subsets.js";
import { type Feedback, findFeedback } from "./feedback.js";
import { nameHeuristic } from "./heuristic-names.js";
import { checkSearch } from "./search-checks.js";
import type { SynthesisOptions, SynthesisTable } from "./synthesis-table.js";
import { sampleTrain } from "./train-sample.js";
import { scoreVotes, type VoteScore } from "./vote-score.js";
import { type Verification, verifyVotes } from "./vote-verifier.js";
import { type WrittenHeuristic, writeThresholds } from "./written-heuristic.js";

/** An LF of a search: how it votes, as its source says. */
export interface GeneratedLf extends WrittenHeuristic {
  readonly name: string;
  readonly subset: readonly number[];
  readonly beta: number;
  /** On validation rows, as learned and as written. */
  readonly learned: VoteScore;
  readonly validation: VoteScore;
  /** `null` when no training row's label is known. */
  readonly train: VoteScore | null;
  /** Share of training rows that it votes on. */
  readonly trainCoverage: number;
}

export interface SynthesisRound {
  readonly round: number;
  /** LFs so far: the first `lfCount` of the search. */
  readonly lfCount: number;
  readonly added: readonly { readonly name: string; readonly features: readonly string[]; readonly score: number }[];
  readonly model: string;
  readonly weights: readonly (number | null)[];
  readonly validation: Scores;
  readonly train: Scores | null;
  readonly feedback: Omit<Feedback, "selected">;
  /** Mean distance of accuracies learned from votes alone and empirical ones; `null` where the votes do not tell. */
  readonly accuracyGap: number | null;
}

export type StopReason = "no-vague-rows" | "most-rounds" | "nothing-new" | "accuracies-part";

export interface Synthesis {
  /** LFs of the round with the best macro F1 on validation rows; of equal ones the first. */
  readonly lfs: readonly GeneratedLf[];
  readonly rounds: readonly SynthesisRound[];
  /** Number of that round, from 1. */
  readonly bestRound: number;
  readonly stopReason: StopReason;
  /** The label model over `lfs`, with the test split; `null` when nothing was found. */
  readonly final: Verification | null;
  /** Training rows that the search looked at, of all. */
  readonly sampledTrainRows: number;
}

/** Votes are no longer trusted when learned accuracies are this far from empirical ones, on average over LFs. */
const MOST_ACCURACY_GAP = 0.3;

interface RowVotes {
  readonly validation: Int8Array;
  readonly train: Int8Array;
}

interface KeptLf extends GeneratedLf {
  readonly votes: RowVotes;
  /** Votes before a statistic took the place of a threshold: what was learned is not learned again. */
  readonly literalVotes: RowVotes;
}

/**
 * Snuba (Varma & Ré 2018): rounds of fitting heuristics on labeled rows, keeping the best by F1 and diversity, verifying all
 * with a label model, and feeding back the labeled rows that it is unsure of. Unlike upstream it survives feedback of one
 * label, keeps no heuristic twice, and returns the LFs of the best round.
 * @throws FLM_SCHEMA for labels or features that leave nothing to learn, FLM_TOO_LARGE beyond the ceilings, FLM_USAGE for options out of range
 */
export function synthesizeLfs(table: SynthesisTable, options: SynthesisOptions): Synthesis {
  checkSearch(table, options);
  const { validation, features } = table;
  const subsets = listSubsets(features.length, options.cardinality);
  const { rows: sample } = sampleTrain(table, subsets.length, options.seed);
  const sorted = sortColumns(validation.columns);
  const kept: KeptLf[] = [];
  const rounds: SynthesisRound[] = [];
  let selected: Uint8Array = new Uint8Array(validation.truth.length).fill(1);
  let stopReason: StopReason = "most-rounds";
  while (rounds.length < options.rounds) {
    options.onRound?.(rounds.length + 1);
    const covered = coverRows(
      kept.map(({ heuristic }) => heuristic),
      sample,
    );
    const candidates = findCandidates({ validation, sorted, selected, train: sample, covered, subsets });
    const wanted = rounds.length === 0 ? options.keepFirst : options.keep;
    const added = keepBest(candidates, wanted, kept, table);
    if (added.length === 0) {
      stopReason = "nothing-new";
      break;
    }
    const { lfs, verification } = settleThresholds(kept, added, table);
    kept.push(...lfs);
    const feedback = findFeedback(verification.probability, validation.truth, kept.length);
    const round = describeRound(rounds.length + 1, kept, added, table, verification, feedback);
    rounds.push(round);
    selected = feedback.selected;
    if (feedback.vagueRows === 0) stopReason = "no-vague-rows";
    else if ((round.accuracyGap ?? 0) > MOST_ACCURACY_GAP) stopReason = "accuracies-part";
    else continue;
    break;
  }
  const best = rounds.reduce((leader, round) => (macroF1Of(round) > macroF1Of(leader) ? round : leader), rounds[0]!);
  const lfs = kept.slice(0, best?.lfCount ?? 0);
  return {
    final: lfs.length === 0 ? null : verifySet(lfs, table, table.test),
    lfs: lfs.map(({ votes: _, literalVotes: __, ...lf }) => lf),
    rounds,
    bestRound: best?.round ?? 0,
    stopReason,
    sampledTrainRows: sample.truth.length,
  };
}

function coverRows(heuristics: readonly Heuristic[], { columns, truth }: FeatureRows): Uint8Array {
  const covered = new Uint8Array(truth.length);
  for (const heuristic of heuristics) {
    for (const [row, vote] of castVotes(heuristic, columns).entries()) if (vote >= 0) covered[row] = 1;
  }
  return covered;
}

/** An LF of this round, its thresholds still in two forms. */
interface AddedLf {
  readonly candidate: Candidate;
  readonly literal: KeptLf;
  readonly statistic: KeptLf;
}

/** The best candidates that do not vote as one that is there already, and that the language can write. */
function keepBest(
  candidates: readonly Candidate[],
  wanted: number,
  kept: readonly KeptLf[],
  table: SynthesisTable,
): AddedLf[] {
  const added: AddedLf[] = [];
  const names = new Set(kept.map(({ name }) => name));
  const known = kept.flatMap(({ votes, literalVotes }) => [votes, literalVotes]);
  const isKnown = (votes: RowVotes) => known.some((other) => voteAlike(other, votes));
  for (const candidate of candidates) {
    if (added.length === wanted) break;
    const written = writeThresholds(candidate.heuristic, table.features, table.validation);
    if (written === undefined) continue;
    const name = nameHeuristic(candidate.heuristic, table, names);
    const literalVotes = castOnSplits(written.literal, table);
    if (literalVotes.validation.every((vote) => vote < 0) || isKnown(literalVotes)) continue;
    const statisticVotes = castOnSplits(written.statistic, table);
    const literal = describeLf(written.literal, candidate, name, table, literalVotes, literalVotes);
    const statistic = isKnown(statisticVotes)
      ? literal
      : describeLf(written.statistic, candidate, name, table, statisticVotes, literalVotes);
    names.add(name);
    known.push(literalVotes, statisticVotes);
    added.push({ candidate, literal, statistic });
  }
  return added;
}

function castOnSplits({ heuristic }: WrittenHeuristic, { validation, train }: SynthesisTable): RowVotes {
  return { validation: castVotes(heuristic, validation.columns), train: castVotes(heuristic, train.columns) };
}

function describeLf(
  written: WrittenHeuristic,
  { heuristic, subset, beta }: Candidate,
  name: string,
  { validation, train }: SynthesisTable,
  votes: RowVotes,
  literalVotes: RowVotes,
): KeptLf {
  const known = train.truth.some((label) => label >= 0);
  return {
    ...written,
    name,
    subset,
    beta,
    learned: scoreVotes(castVotes(heuristic, validation.columns), validation.truth),
    validation: scoreVotes(votes.validation, validation.truth),
    train: known ? scoreVotes(votes.train, train.truth) : null,
    trainCoverage: votes.train.reduce((sum, vote) => sum + (vote >= 0 ? 1 : 0), 0) / Math.max(1, train.truth.length),
    votes,
    literalVotes,
  };
}

function voteAlike(first: RowVotes, second: RowVotes): boolean {
  return (["validation", "train"] as const).every((split) =>
    first[split].every((vote, row) => vote === second[split][row]),
  );
}

/** Take a statistic for a threshold wherever the label model's macro F1 on validation rows does not suffer. */
function settleThresholds(kept: readonly KeptLf[], added: readonly AddedLf[], table: SynthesisTable) {
  let lfs = added.map(({ literal }) => literal);
  let verification = verifySet([...kept, ...lfs], table);
  for (const [index, { literal, statistic }] of added.entries()) {
    if (statistic.thresholds.every((one, node) => one?.expression === literal.thresholds[node]?.expression)) continue;
    const others = lfs.with(index, statistic);
    const trial = verifySet([...kept, ...others], table);
    if (macroF1Of(trial) < macroF1Of(verification)) continue;
    lfs = others;
    verification = trial;
  }
  return { lfs, verification };
}

function verifySet(
  lfs: readonly KeptLf[],
  { train, validation, task }: SynthesisTable,
  test?: FeatureRows,
): Verification {
  return verifyVotes({
    ...(test === undefined
      ? {}
      : { test: { votes: lfs.map(({ heuristic }) => castVotes(heuristic, test.columns)), truth: test.truth } }),
    train: { votes: lfs.map(({ votes }) => votes.train), truth: train.truth },
    validation: { votes: lfs.map(({ votes }) => votes.validation), truth: validation.truth },
    task,
    lfNames: lfs.map(({ name }) => name),
  });
}

function macroF1Of({ validation }: { readonly validation: Scores }): number {
  return validation.f1.reduce<number>((sum, f1) => sum + (f1 ?? 0), 0) / validation.f1.length;
}

function describeRound(
  round: number,
  kept: readonly KeptLf[],
  added: readonly AddedLf[],
  { features }: SynthesisTable,
  { model, validation, train, learned }: Verification,
  { selected: _, ...feedback }: Feedback,
): SynthesisRound {
  const gaps = kept.flatMap(({ validation: { precision } }, lf) => {
    const weight = learned[lf] ?? null;
    return weight === null || precision === null ? [] : [Math.abs(weight - precision)];
  });
  return {
    round,
    lfCount: kept.length,
    added: added.map(({ literal: { name }, candidate: { subset, score } }) => ({
      name,
      features: subset.map((feature) => features[feature]!.name),
      score,
    })),
    model: model.document.model,
    weights: model.document.weights,
    validation,
    train,
    feedback,
    accuracyGap: gaps.length === 0 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
  };
}
