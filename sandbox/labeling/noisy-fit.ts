import { counted } from "@flamenco/policies/errors";
import {
  type LabelModel,
  type LabelModelName,
  LabelModel as LabelModelSchema,
  type NoisyVoteTable,
  type PrivacyBound,
  parseDocument,
} from "@flamenco/policies/wire";
import { resolveClassBalance } from "./class-balance.js";
import type { FittedLabelModel } from "./label-model.js";
import { labelingLimits } from "./limits.js";
import { clampShare } from "./model-fit.js";
import { fitNoisyMoments } from "./noisy-model.js";
import { readNoisyMoments } from "./noisy-moments.js";
import { modelOf } from "./saved-model.js";

/** Noise of a count, as a share of the rows, above which nothing else should be read from a table. */
const LARGE_NOISE = 0.01;
/** LFs that it takes to learn accuracies from votes alone. */
const LEAST_VOTING_LFS = 3;

export interface NoisyFitOptions {
  /** As the study asked. `majority` is; every other one becomes `moments`, which needs pair counts alone. */
  readonly requested: LabelModelName;
  /** Prior of each label, summing to 1; absent: even. Labeled rows are not looked at: that would cost budget. */
  readonly classBalance?: readonly number[];
  /** (ε, δ) that whatever was drawn for the release keeps. */
  readonly bound: Pick<PrivacyBound, "epsilon" | "delta">;
}

/** A label model that follows from noisy counts alone: it may be shown, at no further price. */
export interface ProtectedLabelModel extends FittedLabelModel {
  readonly protection: "protected";
  readonly bound: Pick<PrivacyBound, "epsilon" | "delta">;
  /** What each vote says, `conditional[i][a][y]` = P(LF i votes a | label y); zeros where it is not known to vote so. */
  readonly likelihoods: readonly (readonly (readonly number[])[])[];
}

/**
 * Fit a label model to a noisy vote table, knowing the noise. Post-processing: looks at nothing but the table.
 * @throws FLM_SCHEMA for a class balance that is none.
 */
export function fitNoisyVoteTable(table: NoisyVoteTable, options: NoisyFitOptions): ProtectedLabelModel {
  const { lfs, labels } = table;
  const moments = readNoisyMoments(table);
  const balance = resolveClassBalance(labels.length, options.classBalance, undefined);
  const { prior } = balance;
  const { conditional: likelihoods, converged, iterations } = fitNoisyMoments(moments, prior);
  const majority = options.requested === "majority";
  const voting = moments.votes.filter((votes) => votes > 0).length;
  const few = lfs.filter((_, lf) => moments.votes[lf]! > 0 && !moments.plenty[lf]);
  const noise = table.sigma / moments.rows;
  const warnings = [
    ...(noise > LARGE_NOISE
      ? [
          `After the cap on rows of a privacy unit about ${Math.round(moments.rows)} rows count, and the noise of a count is ${Math.round(table.sigma)} rows: do not rely on the weights.`,
        ]
      : []),
    ...lfs.flatMap((name, lf) =>
      moments.votes[lf] === 0 ? [`${name} votes too seldom to be told from noise: it has no weight.`] : [],
    ),
    ...(few.length > 0 && !majority
      ? [
          `${counted(few.length, "labeling function has|labeling functions have")} few votes beside the noise: each got one accuracy for all labels.`,
        ]
      : []),
    ...(converged ? [] : [`The fit stopped after ${iterations} iterations without converging.`]),
  ];
  const document: LabelModel = {
    requested: options.requested,
    model: majority ? "majority" : "moments",
    reason:
      majority || options.requested === "moments"
        ? "It was asked for; its counts carry noise of a known size."
        : "Of a protected release only noisy pair counts are known, and moments is the model that needs no more.",
    classBalance: [...prior],
    classBalanceSource: balance.source,
    lfs: [...lfs],
    weights: majority
      ? lfs.map(() => null)
      : likelihoods.map((votes, lf) => weighVotes(votes, moments.shares[lf]!, prior)),
    conditional: likelihoods.map((votes, lf) => listLikelihoods(votes, moments.votes[lf]! > 0, prior)),
    converged,
    iterations,
    identified: voting >= LEAST_VOTING_LFS,
    trainingRows: moments.rows,
    // Not counted: a pattern may be one row's.
    patterns: 0,
    warnings: warnings.slice(0, labelingLimits.warnings).map((text) => text.slice(0, labelingLimits.warningCharacters)),
  };
  return {
    ...modelOf(parseDocument(LabelModelSchema, document, "label model")),
    protection: "protected",
    bound: options.bound,
    likelihoods,
  };
}

/** Share of an LF's votes that are right: Σ_a p_a P(vote a | a) over its coverage. */
function weighVotes(votes: readonly (readonly number[])[], shares: readonly number[], prior: readonly number[]) {
  const coverage = shares.reduce((sum, share) => sum + share, 0);
  if (coverage === 0) return null;
  return clampShare(votes.reduce((sum, labels, vote) => sum + prior[vote]! * labels[vote]!, 0) / coverage);
}

/** As the document lists them, abstaining first. A vote that is not known to occur says nothing of the label. */
function listLikelihoods(
  votes: readonly (readonly number[])[],
  known: boolean,
  prior: readonly number[],
): (number | null)[][] {
  if (!known) return Array.from({ length: prior.length + 1 }, () => prior.map(() => null));
  const cast = votes.map((labels) => {
    // A noisy share may pass 1 for some label: scaled as a whole, what the vote says stays.
    const largest = Math.max(1, ...labels);
    return labels.map((value) => (value === 0 ? null : value / largest));
  });
  const abstained = prior.map((_, label) =>
    clampShare(1 - cast.reduce((sum, labels) => sum + (labels[label] ?? 0), 0)),
  );
  return [abstained, ...cast];
}
