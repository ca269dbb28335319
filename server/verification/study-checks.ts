import { FlamencoError } from "@flamenco/policies/errors";
import { findEndClassifierFault, type Study } from "@flamenco/policies/wire";

/**
 * What the schema cannot say: the positive label is one of the labels, the label model is defined for so many, the class
 * balance is one share per label and sums to 1, no LF has two priors.
 * @throws FLM_SCHEMA, FLM_LABEL_MODEL
 */
export function assertTask({ task, classBalance, labelModel, priors = [] }: Study): void {
  if (!task.labels.includes(task.positive)) {
    throw new FlamencoError("FLM_SCHEMA", "The task's positive label is not one of its labels.");
  }
  if (labelModel === "triplets" && task.labels.length > 2) {
    throw new FlamencoError("FLM_LABEL_MODEL", "The triplets model is defined for two labels; the task has more.");
  }
  if (new Set(priors.map(({ lf }) => lf)).size < priors.length) {
    throw new FlamencoError("FLM_SCHEMA", "The study gives a labeling function two priors.");
  }
  if (classBalance === undefined) return;
  if (
    classBalance.length !== task.labels.length ||
    Math.abs(classBalance.reduce((sum, share) => sum + share, 0) - 1) > 1e-6
  ) {
    throw new FlamencoError("FLM_SCHEMA", "The class balance needs one share per label, and they must sum to 1.");
  }
}

/**
 * Nonsense is refused, and so is an end classifier under a preset that protects: its scores are exact.
 * @throws FLM_SCHEMA, FLM_OUTPUT_UNPROTECTED
 */
export function assertEndClassifier(study: Study): void {
  const fault = findEndClassifierFault(study);
  if (fault !== null) throw new FlamencoError("FLM_SCHEMA", fault);
  const { preset } = study.release;
  if (study.endClassifier === undefined || preset === "open") return;
  throw new FlamencoError(
    "FLM_OUTPUT_UNPROTECTED",
    `Scores of an end classifier are exact; the preset ${preset} releases noisy counts alone. Ask without one.`,
  );
}
