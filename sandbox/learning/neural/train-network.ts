import { setImmediate } from "node:timers/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Sequential } from "@tensorflow/tfjs-layers";
import type { SeededRandom } from "../../preprocess/index.js";
import type { FitOptions, Samples } from "../classifier.js";
import type { LabelWeights } from "../label-weights.js";
import { EarlyStopping } from "./early-stopping.js";
import type { NetworkSettings } from "./network-settings.js";
import { predictNetwork } from "./predict-network.js";
import { readInputs, readTargets } from "./sample-batches.js";

export interface TrainingData {
  readonly samples: Samples;
  readonly labels: LabelWeights;
  readonly rows: Int32Array;
}

/**
 * Train in minibatches whose rows are shuffled anew each epoch, until the epochs are over or the loss of the held-out rows no
 * longer falls.
 * @returns epochs that it took
 * @throws FLM_LEARN_DIVERGED, FLM_INTERRUPTED
 */
export async function trainNetwork(
  network: Sequential,
  settings: NetworkSettings,
  { samples, labels, rows }: TrainingData,
  random: SeededRandom,
  { signal, onProgress }: FitOptions,
): Promise<number> {
  const { model, batch, epochs, patience, minDelta, validationShare } = settings;
  const order = Int32Array.from(rows);
  random.shuffle(order);
  const held = patience === null ? 0 : Math.max(1, Math.round(validationShare * order.length));
  const [heldOut, training] = [order.subarray(0, held), order.subarray(held)];
  const stopping = patience === null ? null : new EarlyStopping(patience, minDelta);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(training);
    for (let first = 0; first < training.length; first += batch) {
      const some = training.subarray(first, first + batch);
      const [inputs, targets] = [readInputs(model, samples, some), readTargets(labels, some)];
      try {
        assertFiniteLoss(Number(await network.trainOnBatch(inputs, targets)), settings);
      } finally {
        inputs.dispose();
        targets.dispose();
      }
      // Lets a signal and other work of the thread come through.
      await setImmediate();
      if (signal?.aborted === true) throw new FlamencoError("FLM_INTERRUPTED", "The training was stopped.");
      onProgress?.((epoch + (first + some.length) / training.length) / epochs);
    }
    if (stopping === null) continue;
    const loss = crossEntropyOf(predictNetwork(network, settings, samples, heldOut), labels, heldOut);
    if (stopping.endsAfter(assertFiniteLoss(loss, settings))) {
      onProgress?.(1);
      return epoch + 1;
    }
  }
  return epochs;
}

/** A probability that rounding made zero costs as much as this one. */
const LEAST_PROBABILITY = 1e-12;

/** Mean cross-entropy of predicted rows with their soft labels. */
function crossEntropyOf(probabilities: Float64Array, { labelCount, weights }: LabelWeights, rows: Int32Array): number {
  let sum = 0;
  for (const [index, row] of rows.entries()) {
    for (let label = 0; label < labelCount; label++) {
      const probability = probabilities[index * labelCount + label]!;
      // Unlike the maximum of JavaScript, this keeps NaN from passing for a loss.
      sum -= weights[row * labelCount + label]! * Math.log(probability + LEAST_PROBABILITY);
    }
  }
  return sum / rows.length;
}

function assertFiniteLoss(loss: number, { learningRate }: NetworkSettings): number {
  if (Number.isFinite(loss)) return loss;
  throw new FlamencoError(
    "FLM_LEARN_DIVERGED",
    `The loss of the training is no longer a number, at a learning rate of ${learningRate}. Choose a smaller one.`,
  );
}
