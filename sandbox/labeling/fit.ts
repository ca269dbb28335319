import { FlamencoError } from "@flamenco/policies/errors";
import { type LabelModel, LabelModel as LabelModelSchema, parseDocument } from "@flamenco/policies/wire";
import type { FittedLabelModel, LabelModelOptions } from "./label-model.js";
import { labelingLimits } from "./limits.js";
import { fitChosenModel } from "./model-choice.js";
import { countPairs } from "./pair-counts.js";
import { warnOfPriors } from "./prior-warnings.js";
import { modelOf } from "./saved-model.js";
import type { VoteHistogram } from "./vote-histogram.js";
import { countVotes } from "./vote-totals.js";

/** Correlation of two LFs' votes, beyond what the model explains, that is worth a warning. */
const STRONG_CORRELATION = 0.3;

/**
 * Fit a label model to the votes of the training split. Costs grow with distinct patterns, not rows; nothing is random.
 * Fewer than three voting LFs are fitted with the `validated` model whatever is asked, and the reason says so.
 * @param train votes of the training rows.
 * @returns soft labels per pattern, and a document that conforms to `LabelModel`; where nothing is known it holds `null`.
 * @throws FLM_SCHEMA for a class balance or a prior that is none.
 * @throws FLM_LABEL_MODEL when the model that is asked for is not defined for the task.
 * @throws FLM_INTERNAL when names, labels or validation do not fit the histogram.
 */
export function fitLabelModel(train: VoteHistogram, options: LabelModelOptions): FittedLabelModel {
  const { lfCount, labelCount } = train;
  const { validation, lfNames, labels } = options;
  const fits =
    lfNames.length === lfCount &&
    labels.length === labelCount &&
    (validation === undefined || (validation.lfCount === lfCount && validation.labelCount === labelCount));
  if (!fits) throw new FlamencoError("FLM_INTERNAL", "Names, labels and validation rows must fit the histogram.");

  assertPriors(options.priors, lfCount);
  const totals = countVotes(train);
  const { fit, reason, unexplained } = fitChosenModel(train, totals, options);
  const warnings = [
    ...fit.warnings,
    ...(options.priors === undefined ? [] : warnOfPriors(countPairs(train), fit, options.priors, lfNames)),
    ...(fit.converged ? [] : [`The fit stopped after ${fit.iterations} iterations without converging.`]),
    ...totals.votes.flatMap((votes, lf) => (votes === 0 ? [`${lfNames[lf]} never votes: it has no weight.`] : [])),
    ...totals.byLabel.flatMap((votes, lf) =>
      votes.flatMap((count, label) =>
        count > 0 && count === totals.rows
          ? [`${lfNames[lf]} votes ${labels[label]} on every row: it tells no row from another.`]
          : [],
      ),
    ),
    ...fit.weights.flatMap((weight, lf) =>
      weight !== null && weight < 1 / labelCount
        ? [`${lfNames[lf]} is estimated to be right less often than chance (${weight.toFixed(2)}).`]
        : [],
    ),
    ...(unexplained !== null && unexplained.correlation >= STRONG_CORRELATION
      ? [
          `${lfNames[unexplained.first]} and ${lfNames[unexplained.second]} hang together more than the model explains (correlation ${unexplained.correlation.toFixed(2)}): its probabilities are too sure.`,
        ]
      : []),
  ];
  const document: LabelModel = {
    requested: options.model,
    model: fit.model,
    reason,
    classBalance: [...fit.balance.prior],
    classBalanceSource: fit.balance.source,
    lfs: [...lfNames],
    weights: [...fit.weights],
    conditional: fit.conditional,
    ...(fit.precision === undefined ? {} : { precision: fit.precision }),
    converged: fit.converged,
    iterations: fit.iterations,
    identified: fit.identified,
    trainingRows: totals.rows,
    patterns: totals.patterns,
    warnings: warnings.slice(0, labelingLimits.warnings).map((text) => text.slice(0, labelingLimits.warningCharacters)),
  };
  return modelOf(parseDocument(LabelModelSchema, document, "label model"));
}

function assertPriors(priors: LabelModelOptions["priors"], lfCount: number): void {
  if (priors === undefined) return;
  const valid = priors.every(
    (prior) => prior === null || (prior.mean >= 0 && prior.mean <= 1 && prior.strength > 0 && prior.strength < 1e12),
  );
  if (priors.length === lfCount && valid) return;
  throw new FlamencoError(
    "FLM_SCHEMA",
    "A prior of a labeling function is a mean from 0 to 1 and a strength above 0, one for each labeling function.",
  );
}
