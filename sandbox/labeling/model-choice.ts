import type { LabelModel, Task } from "@flamenco/policies/wire";
import { type ClassBalance, countTruth, resolveClassBalance } from "./class-balance.js";
import { fitEm } from "./em-model.js";
import type { LabelModelOptions } from "./label-model.js";
import { fitMajority } from "./majority-model.js";
import type { ModelFit } from "./model-fit.js";
import { fitMoments } from "./moments-model.js";
import { fitOneCoin } from "./one-coin-model.js";
import { countPairs, type PairCounts } from "./pair-counts.js";
import { type Beliefs, countLabeledVotes } from "./precision.js";
import { decidePatterns } from "./predictions.js";
import { scoreConfusion, scorePredictions } from "./scores.js";
import { fitTriplets } from "./triplets-model.js";
import { findUnexplainedPair, type UnexplainedPair } from "./unexplained-pair.js";
import { crossValidate, fitValidated } from "./validated-model.js";
import type { LabeledHistogram, VoteHistogram } from "./vote-histogram.js";
import type { VoteTotals } from "./vote-totals.js";

type ModelName = LabelModel["model"];

export interface ChosenFit {
  /** Why this model, in one sentence. */
  readonly reason: string;
  readonly fit: ModelFit;
  /** The pair of LFs that the fit explains worst. */
  readonly unexplained: UnexplainedPair | null;
}

/** Labeled validation rows with a vote, of each of at least two labels, from which `auto` compares models on them. */
const ENOUGH_ROWS_OF_A_LABEL = 5;
const LEAST_VOTING_LFS = 3;
/** EM is believed when it leaves no correlation above this, or above what chance leaves. */
const EXPLAINED_CORRELATION = 0.1;
const EXPLAINED_DEVIATIONS = 5;

/**
 * Fit the model that was asked for, or choose one.
 *
 * Fewer than three voting LFs: `validated`, for votes alone determine nothing. `auto`, with labeled validation rows of two
 * labels: the model with the best macro F1 on them, `validated` judged by leaving out each row in turn (the others hardly depend on a single one). Without: `em` for
 * three labels and more, which pairwise counts do not determine; `moments` where the class balance is known; `em` where
 * every LF votes for one label only, which is what operators write, or where its independence assumption holds on these
 * votes; else `moments`. Whichever it is must keep the meaning of the labels, or the other one, or majority vote, is taken.
 */
export function fitChosenModel(train: VoteHistogram, totals: VoteTotals, options: LabelModelOptions): ChosenFit {
  const { model, validation } = options;
  const balance = resolveClassBalance(train.labelCount, options.classBalance, validation);
  const fits = new CandidateFits(train, totals, balance, options);
  const voting = totals.votes.filter((votes) => votes > 0).length;
  if (model === "majority") return fits.choose("majority", "It was asked for.");
  if (voting < LEAST_VOTING_LFS) {
    const who = ["No labeling function votes", "Only one labeling function votes", "Only two labeling functions vote"];
    return fits.choose("validated", `${who[voting]}: it takes three to learn accuracies from votes alone.`);
  }
  if (model !== "auto") return fits.choose(model, "It was asked for.");
  const comparison = validation === undefined ? undefined : compareOnValidation(fits, validation, options.labels);
  return comparison ?? chooseWithoutLabels(fits, totals, balance);
}

/** Fits each model once, when it is first looked at. */
class CandidateFits {
  readonly #known = new Map<ModelName, ModelFit>();
  readonly #recipes: Record<ModelName, () => ModelFit>;
  readonly pairs: PairCounts;
  readonly beliefs: Beliefs;

  constructor(
    train: VoteHistogram,
    totals: VoteTotals,
    readonly balance: ClassBalance,
    { validation, priors, tripletSummary = "mean" }: LabelModelOptions,
  ) {
    const { lfCount, labelCount } = train;
    this.pairs = countPairs(train);
    this.beliefs = {
      seen: countLabeledVotes(validation, lfCount, labelCount),
      priors: priors ?? new Array<null>(lfCount).fill(null),
    };
    this.#recipes = {
      majority: () => fitMajority(totals, balance),
      moments: () => fitMoments(this.pairs, totals, balance, this.beliefs),
      triplets: () => fitTriplets(this.pairs, totals, balance, this.beliefs, tripletSummary),
      em: () => fitEm(train, totals, balance, this.beliefs.priors, validation),
      "one-coin": () => fitOneCoin(train, totals, balance, this.beliefs),
      validated: () => fitValidated(totals, balance, this.beliefs),
    };
  }

  get(model: ModelName): ModelFit {
    const fit = this.#known.get(model) ?? this.#recipes[model]();
    this.#known.set(model, fit);
    return fit;
  }

  choose(model: ModelName, reason: string): ChosenFit {
    const fit = this.get(model);
    return { reason, fit, unexplained: findUnexplainedPair(this.pairs, fit) };
  }
}

/** The model that does best on labeled rows outside test and training; undefined when they are too few to judge by. */
function compareOnValidation(
  fits: CandidateFits,
  validation: LabeledHistogram,
  labels: readonly string[],
): ChosenFit | undefined {
  const voted = withoutUnvoted(validation);
  const plenty = countTruth(voted).filter((rows) => rows >= ENOUGH_ROWS_OF_A_LABEL);
  if (plenty.length < 2) return undefined;
  // Scores need a positive label; macro F1, which decides, does not depend on it.
  const task: Task = { id: "validation", labels: [...labels], positive: labels[0]! };
  const scored = (["moments", "em", "validated", "majority"] as const).map((model) => {
    const scores =
      model === "validated"
        ? scoreConfusion(crossValidate(validation, fits.balance, fits.beliefs.priors), task)
        : scorePredictions(decidePatterns(fits.get(model), validation), validation, task);
    const known = scores.f1.filter((value) => value !== null);
    return { model, f1: known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length) };
  });
  const best = scored.reduce((leader, candidate) => (candidate.f1 > leader.f1 ? candidate : leader));
  const others = scored.filter((candidate) => candidate !== best).map(({ model, f1 }) => `${model} ${f1.toFixed(3)}`);
  return fits.choose(
    best.model,
    `It has the best macro F1 on the labeled validation rows (${best.f1.toFixed(3)}; ${others.join(", ")}).`,
  );
}

function chooseWithoutLabels(fits: CandidateFits, totals: VoteTotals, balance: ClassBalance): ChosenFit {
  const [first, why] = preferWithoutLabels(fits, totals, balance);
  const failure = (model: "em" | "moments") => {
    const fit = fits.get(model);
    if (model === "moments" && !fit.converged) return "does not converge";
    return keepsLabels(fit, totals) ? undefined : "would turn a label into its opposite";
  };
  const firstFailure = failure(first);
  if (firstFailure === undefined) return fits.choose(first, why);
  const second = first === "em" ? "moments" : "em";
  if (failure(second) === undefined) {
    return fits.choose(second, `The ${first} model ${firstFailure} on these votes, ${second} does not.`);
  }
  return fits.choose("majority", "On these votes neither EM nor the moments model keeps the meaning of the labels.");
}

function preferWithoutLabels(
  fits: CandidateFits,
  totals: VoteTotals,
  balance: ClassBalance,
): ["em" | "moments", string] {
  if (balance.prior.filter((share) => share > 0).length > 2) {
    return ["em", "With three or more labels pairwise counts do not determine the weights; EM uses whole patterns."];
  }
  if (balance.source !== "uniform")
    return ["moments", "The class balance is known, and the moments model uses it best."];
  if (totals.byLabel.every((votes) => votes.filter((count) => count > 0).length < 2)) {
    return ["em", "Every labeling function votes for one label only, where EM, which reads abstaining too, is robust."];
  }
  const unexplained = findUnexplainedPair(fits.pairs, fits.get("em"))?.correlation ?? 0;
  return unexplained <= Math.max(EXPLAINED_CORRELATION, EXPLAINED_DEVIATIONS / Math.sqrt(totals.rows))
    ? ["em", "The class balance is unknown and EM, which learns it, explains how the labeling functions meet."]
    : ["moments", "Labeling functions depend on each other in ways that mislead EM; the moments model is steadier."];
}

/**
 * Whether classes still mean what they are called. For each label that is voted for, the votes for it must on the whole be
 * evidence for it, P(vote y | y) > P(vote y | not y); and, unless the class balance is known, at least one LF must be right
 * at least as often as chance when it votes for it. A switched or collapsed fit fails.
 */
function keepsLabels({ conditional, balance }: ModelFit, totals: VoteTotals): boolean {
  const { prior, source } = balance;
  const balanceKnown = source === "given" || source === "validation";
  return prior.every((share, label) => {
    const voters = [...conditional.keys()].filter((lf) => totals.byLabel[lf]![label]! > 0);
    if (share === 0 || share === 1 || voters.length === 0) return true;
    const votes = voters.map((lf) => {
      const joint = conditional[lf]![label + 1]!.map((value, other) => (value ?? 0) * prior[other]!);
      return { right: joint[label]!, wrong: joint.reduce((sum, value) => sum + value, -joint[label]!) };
    });
    const evidence = votes.reduce((sum, { right, wrong }) => sum + right / share - wrong / (1 - share), 0);
    const trusted = votes.some(({ right, wrong }) => right * prior.length >= right + wrong);
    return evidence > 0 && (balanceKnown || trusted);
  });
}

/** The histogram without the rows on which no LF votes: no model labels them. */
function withoutUnvoted(histogram: LabeledHistogram): LabeledHistogram {
  const { lfCount, labelCount, patterns } = histogram;
  const voted = (pattern: number) =>
    patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount).some((vote) => vote >= 0);
  return {
    ...histogram,
    counts: histogram.counts.map((count, pattern) => (voted(pattern) ? count : 0)),
    truthCounts: histogram.truthCounts.map((count, cell) => (voted(Math.floor(cell / labelCount)) ? count : 0)),
  };
}
