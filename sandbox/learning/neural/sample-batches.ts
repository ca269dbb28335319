import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Samples } from "../classifier.js";
import type { LabelWeights } from "../label-weights.js";
import { networkLimits } from "./limits.js";
import type { NetworkSettings } from "./network-settings.js";

/** Inputs of some rows as 32-bit numbers, and only of those: [rows, steps, features] for an LSTM, else [rows, steps x features]. */
export function readInputs(
  model: NetworkSettings["model"],
  { steps, features, values }: Samples,
  rows: Int32Array,
): Tensor {
  const width = steps * features.length;
  const inputs = new Float32Array(rows.length * width);
  const most = networkLimits.inputDeviations;
  let target = 0;
  for (const row of rows) {
    for (let cell = row * width; cell < (row + 1) * width; cell++) {
      inputs[target++] = Math.min(most, Math.max(-most, values[cell]!));
    }
  }
  return tensor(inputs, model === "lstm" ? [rows.length, steps, features.length] : [rows.length, width]);
}

/** Soft labels of some rows, [rows, labels]. */
export function readTargets({ labelCount, weights }: LabelWeights, rows: Int32Array): Tensor {
  const targets = new Float32Array(rows.length * labelCount);
  for (const [index, row] of rows.entries()) {
    targets.set(weights.subarray(row * labelCount, (row + 1) * labelCount), index * labelCount);
  }
  return tensor(targets, [rows.length, labelCount]);
}
