import { type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { Sequential } from "@tensorflow/tfjs-layers";
import type { Samples } from "../classifier.js";
import { networkLimits } from "./limits.js";
import { countSampleValues, type NetworkSettings } from "./network-settings.js";
import { readInputs } from "./sample-batches.js";

/** Probability of each label for the given rows, `probabilities[index * labelCount + label]`; a few rows at a time. */
export function predictNetwork(
  network: Sequential,
  settings: NetworkSettings,
  samples: Samples,
  rows: Int32Array,
): Float64Array {
  const labelCount = network.outputs[0]!.shape[1]!;
  const probabilities = new Float64Array(rows.length * labelCount);
  const { steps, features } = samples;
  const fitting = networkLimits.batchValues / countSampleValues(settings, { steps, features: features.length });
  const size = Math.max(1, Math.min(networkLimits.predictedRows, Math.floor(fitting)));
  for (let first = 0; first < rows.length; first += size) {
    const some = rows.subarray(first, first + size);
    const logits = tidy(() => (network.predictOnBatch(readInputs(settings.model, samples, some)) as Tensor).dataSync());
    probabilities.set(softmax(logits, labelCount), first * labelCount);
  }
  return probabilities;
}

/** In 64-bit numbers, so that the probabilities of a row sum to 1. */
function softmax(logits: ArrayLike<number>, labelCount: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += labelCount) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let cell = row; cell < row + labelCount; cell++) highest = Math.max(highest, logits[cell]!);
    let sum = 0;
    for (let cell = row; cell < row + labelCount; cell++)
      sum += probabilities[cell] = Math.exp(logits[cell]! - highest);
    for (let cell = row; cell < row + labelCount; cell++) probabilities[cell]! /= sum;
  }
  return probabilities;
}
