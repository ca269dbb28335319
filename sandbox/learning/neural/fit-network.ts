import { SeededRandom } from "../../preprocess/index.js";
import type { Classifier, FitOptions, Samples } from "../classifier.js";
import type { LabelWeights } from "../label-weights.js";
import { currentBackend } from "./backend.js";
import { buildNetwork } from "./network.js";
import { assertBatchFits, type NetworkSpec, settleNetwork } from "./network-settings.js";
import { predictNetwork } from "./predict-network.js";
import { trainNetwork } from "./train-network.js";

/**
 * Train a multi-layer perceptron or an LSTM by TensorFlow.js. Equal seeds give equal networks on the same backend.
 * @param samples standardized; for an LSTM sequences, see `buildSequences`
 * @param labels of every row of the samples, times class weights
 * @param rows training rows, at least two
 * @throws FLM_LEARN_DIVERGED, FLM_TOO_LARGE, FLM_INTERRUPTED, FLM_NOT_INSTALLED
 */
export async function fitNetwork(
  spec: NetworkSpec,
  samples: Samples,
  labels: LabelWeights,
  rows: Int32Array,
  options: FitOptions,
): Promise<Classifier> {
  const settings = settleNetwork(spec);
  const { model } = settings;
  const { labelCount } = labels;
  const { steps } = samples;
  const features = samples.features.length;
  const shape = { steps, features, labelCount };
  assertBatchFits(settings, shape);
  const backend = await currentBackend();
  const random = new SeededRandom(options.seed);
  const network = buildNetwork(settings, shape, random);
  try {
    const epochsTaken = await trainNetwork(network, settings, { samples, labels, rows }, random, options);
    return {
      model,
      labelCount,
      parameters: { ...settings, ...(model === "lstm" ? { steps } : {}), epochsTaken },
      backend,
      predict: (others, chosen) => predictNetwork(network, settings, others, chosen),
      dispose: () => void network.dispose(),
    };
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    network.optimizer.dispose();
  }
}
