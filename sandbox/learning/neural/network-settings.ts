import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierSpec, ClassWeights } from "@flamenco/policies/wire";
import { networkLimits } from "./limits.js";

export type NetworkSpec = Extract<ClassifierSpec, { model: "mlp" | "lstm" }>;

/** How a network is trained. */
export interface TrainingSettings {
  /** Share of a hidden layer's units that each training step leaves out. */
  readonly dropout: number;
  readonly l2: number;
  readonly learningRate: number;
  /** Rows of one step of Adam. */
  readonly batch: number;
  /** Passes over the training rows, at most. */
  readonly epochs: number;
  /** Epochs without an improvement of `minDelta` after which training ends; null: never early. */
  readonly patience: number | null;
  readonly minDelta: number;
  /** Share of the rows that early stopping watches; none are held out where `patience` is null. */
  readonly validationShare: number;
  readonly classWeights: ClassWeights;
}

/** All settings of a network, defaults included. */
export type NetworkSettings = TrainingSettings &
  ({ readonly model: "mlp"; readonly hidden: readonly number[] } | { readonly model: "lstm"; readonly units: number });

/** Sizes that come with the data. */
export interface NetworkShape {
  readonly steps: number;
  readonly features: number;
  readonly labelCount: number;
}

/** Early stopping is the paper's: min delta .01, patience 2. */
const defaults: TrainingSettings = Object.freeze({
  dropout: 0,
  l2: 0,
  learningRate: 0.001,
  batch: 64,
  epochs: 50,
  patience: 2,
  minDelta: 0.01,
  validationShare: 0.1,
  classWeights: "none",
});

/** The settings in force. */
export function settleNetwork(spec: NetworkSpec): NetworkSettings {
  const {
    dropout = defaults.dropout,
    l2 = defaults.l2,
    learningRate = defaults.learningRate,
    batch = defaults.batch,
    epochs = defaults.epochs,
    patience = defaults.patience,
    minDelta = defaults.minDelta,
    validationShare = defaults.validationShare,
    classWeights = defaults.classWeights,
  } = spec;
  const training = { dropout, l2, learningRate, batch, epochs, patience, minDelta, validationShare, classWeights };
  return spec.model === "mlp"
    ? { model: spec.model, hidden: spec.hidden ?? [64], ...training }
    : { model: spec.model, units: spec.units ?? 64, ...training };
}

/** Values that a training step keeps for its gradients, measured: of one unit, and of one LSTM cell at one time step. */
const VALUES_OF_UNIT = 8;
const VALUES_OF_CELL = 52;

/** Values that a training step keeps of one sample. */
export function countSampleValues(
  settings: NetworkSettings,
  { steps, features }: Omit<NetworkShape, "labelCount">,
): number {
  const inputs = 2 * steps * features;
  return settings.model === "mlp"
    ? settings.hidden.reduce((sum, units) => sum + VALUES_OF_UNIT * units, inputs)
    : inputs + steps * settings.units * VALUES_OF_CELL;
}

/**
 * What a training step keeps must fit into memory: of each sample of a batch, and of an LSTM's weights a gradient for each step.
 * @throws FLM_TOO_LARGE
 */
export function assertBatchFits(settings: NetworkSettings, shape: NetworkShape): void {
  const { steps, features } = shape;
  const gradients = settings.model === "mlp" ? 0 : 2 * steps * 4 * settings.units * (settings.units + features);
  if (settings.batch * countSampleValues(settings, shape) + gradients <= networkLimits.batchValues) return;
  throw new FlamencoError(
    "FLM_TOO_LARGE",
    `A batch of ${settings.batch} samples takes more memory than a network may. Take smaller batches, fewer units or fewer steps.`,
  );
}
