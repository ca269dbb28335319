import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { FitPool } from "./fit-pool.js";
import { type Scoring, scoreFold } from "./fold-score.js";
import type { Fold } from "./folds.js";
import type { FoldOutcome, SearchJournal } from "./journal.js";
import type { Candidate } from "./search-space.js";

/** How a candidate did. */
export interface CandidateResult extends Candidate {
  /** Score on each fold; `null` where the fit failed. */
  readonly scores: readonly (number | null)[];
  /** Over the folds; `null` where one of them failed. */
  readonly mean: number | null;
  /** With n - 1; `null` of fewer than two folds. */
  readonly sd: number | null;
  /** Why the first fit that failed did. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface SearchResult {
  readonly candidates: readonly CandidateResult[];
  /** Index of the candidate of the highest mean, the first of equals. */
  readonly best: number;
  /** Fits that a journal had, of candidates x folds. */
  readonly resumedFits: number;
}

export interface SearchRequest {
  readonly candidates: readonly Candidate[];
  readonly folds: readonly Fold[];
  readonly scoring: Scoring;
  /** Of every fit: a candidate fitted again with it gives the same classifier. */
  readonly seed: number;
  readonly journal?: SearchJournal;
  /** Called after each fit with the number of all that are finished. */
  readonly onFit?: (finished: number, total: number) => void;
}

/**
 * Fit every candidate on every fold, and score it on the fold's rows. The result depends on data, candidates, folds and seed
 * alone, not on threads or on how often the search was interrupted. A candidate that cannot be fitted, or not in the memory of
 * a thread, is out; the search goes on.
 * @throws the first failure when no candidate could be fitted, and the reason of the pool's signal
 */
export async function searchSettings(pool: FitPool, request: SearchRequest): Promise<SearchResult> {
  const { candidates, folds, journal, onFit } = request;
  const outcomes = candidates.map(() => new Array<FoldOutcome | undefined>(folds.length));
  for (const { candidate, fold, outcome } of journal?.entries ?? []) {
    if (candidate < candidates.length && fold < folds.length) outcomes[candidate]![fold] = outcome;
  }
  const open = candidates.flatMap((_, candidate) =>
    folds.flatMap((_, fold) => (outcomes[candidate]![fold] === undefined ? [{ candidate, fold }] : [])),
  );
  const total = candidates.length * folds.length;
  const resumedFits = total - open.length;
  let finished = resumedFits;
  await Promise.all(
    open.map(async ({ candidate, fold }) => {
      const outcome = await fitFold(pool, candidates[candidate]!.spec, folds[fold]!, request);
      if (isLasting(outcome)) journal?.append({ candidate, fold, outcome });
      outcomes[candidate]![fold] = outcome;
      finished += 1;
      onFit?.(finished, total);
    }),
  );
  const results = candidates.map((candidate, index) => summarize(candidate, outcomes[index] as FoldOutcome[]));
  return { candidates: results, best: findBest(results), resumedFits };
}

/** Failures that say nothing of the candidate end the search; others are told with it. */
const fatalCodes: ReadonlySet<string> = new Set(["FLM_INTERRUPTED", "FLM_INTERNAL"]);

/** What did not fit into this machine's memory may fit into another's. */
function isLasting(outcome: FoldOutcome): boolean {
  return "score" in outcome || outcome.failure.code !== "FLM_TOO_LARGE";
}

async function fitFold(
  pool: FitPool,
  spec: ClassifierSpec,
  { train, test }: Fold,
  { scoring, seed }: SearchRequest,
): Promise<FoldOutcome> {
  try {
    const { probabilities } = await pool.fit({ spec, train, predict: test, seed });
    return { score: scoreFold(probabilities, test, scoring) };
  } catch (error) {
    if (!(error instanceof FlamencoError) || fatalCodes.has(error.code)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}

function summarize(candidate: Candidate, outcomes: readonly FoldOutcome[]): CandidateResult {
  const scores = outcomes.map((outcome) => ("score" in outcome ? outcome.score : null));
  const known = scores.filter((score) => score !== null);
  const failed = outcomes.find((outcome) => "failure" in outcome);
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
  const squares = known.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    ...candidate,
    scores,
    mean: failed === undefined ? mean : null,
    sd: failed === undefined && known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null,
    failure: failed?.failure ?? null,
  };
}

function findBest(results: readonly CandidateResult[]): number {
  const most = results.reduce(
    (best, { mean }) => Math.max(best, mean ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
  const best = results.findIndex(({ mean }) => mean === most);
  if (best >= 0) return best;
  const { code, message } = results[0]!.failure!;
  throw new FlamencoError(code as FlamencoError["code"], `No candidate could be fitted. The first: ${message}`);
}
