import { FlamencoError } from "@flamenco/policies/errors";
import { LabelModel, parseDocument } from "@flamenco/policies/wire";
import { createPredictor, type ModelParameters } from "./evidence.js";
import type { FittedLabelModel } from "./label-model.js";
import { ABSTAIN } from "./vote-histogram.js";

const SUM_TOLERANCE = 1e-6;

/** The parameters of a document. */
export function parametersOf({ model, classBalance, conditional, precision }: LabelModel): ModelParameters {
  const balance = { prior: classBalance };
  return precision === undefined ? { model, conditional, balance } : { model, conditional, balance, precision };
}

/**
 * A label model from its document, as `fitLabelModel` wrote it: it predicts bit for bit as the fitted one did.
 * @throws FLM_SCHEMA for a document that does not conform, or whose parts do not fit each other.
 */
export function loadLabelModel(value: unknown): FittedLabelModel {
  const document = parseDocument(LabelModel, value, "label model");
  const { lfs, weights, classBalance, conditional, precision, model } = document;
  const k = classBalance.length;
  const holds = (list: readonly unknown[], length: number) => list.length === length;
  const sum = classBalance.reduce((total, share) => total + share, 0);
  const fits =
    Math.abs(sum - 1) <= SUM_TOLERANCE &&
    holds(weights, lfs.length) &&
    holds(conditional, lfs.length) &&
    conditional.every((votes) => holds(votes, k + 1) && votes.every((labels) => holds(labels, k))) &&
    (precision === undefined) === !(model === "triplets" || model === "validated") &&
    (precision ?? []).every((votes) => holds(votes, k) && votes.every((labels) => holds(labels, k))) &&
    (precision === undefined || holds(precision, lfs.length));
  if (!fits) throw new FlamencoError("FLM_SCHEMA", "The parts of the label model do not fit each other.");
  return modelOf(document);
}

/** The model that a document describes. */
export function modelOf(document: LabelModel): FittedLabelModel {
  const predict = createPredictor(parametersOf(document));
  const lfCount = document.lfs.length;
  return {
    document,
    lfCount,
    labelCount: document.classBalance.length,
    predictPattern: (votes) => {
      for (let lf = 0; lf < lfCount; lf++) if (votes[lf]! >= 0) return predict(votes);
      return null;
    },
  };
}

/**
 * The soft label of rows on which no LF votes, for whoever asks for it: the class balance, in `em` with what it means that all
 * abstain. Nobody's vote stands behind it, so `predictPattern` gives none.
 */
export function predictUnvoted(model: FittedLabelModel): Float64Array {
  const { document, lfCount } = model;
  return document.model === "majority"
    ? Float64Array.from(document.classBalance)
    : createPredictor(parametersOf(document))(new Int8Array(lfCount).fill(ABSTAIN));
}
