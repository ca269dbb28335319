import { logSoftmax, mean, mul, neg, sum, type Tensor, tensor, tidy, train } from "@tensorflow/tfjs-core";
import { layers, regularizers, type Sequential, sequential } from "@tensorflow/tfjs-layers";
import type { SeededRandom } from "../../preprocess/index.js";
import { drawWeights } from "./initial-weights.js";
import type { NetworkSettings, NetworkShape } from "./network-settings.js";
import { SeededDropout } from "./seeded-dropout.js";

/**
 * A network before training, compiled to lower the mean cross-entropy with soft labels by Adam (Kingma & Ba 2015); its outputs
 * are logits. `mlp`: hidden layers of rectified units over the features of all steps side by side. `lstm`: one layer of LSTM
 * cells (Hochreiter & Schmidhuber 1997) with logistic gates, of which the last output counts. Dropout follows every hidden
 * layer. The L2 penalty is `l2` times the sum of squared weights, without biases.
 */
export function buildNetwork(settings: NetworkSettings, shape: NetworkShape, random: SeededRandom): Sequential {
  const network = sequential();
  for (const layer of hiddenLayers(settings, shape)) {
    network.add(layer);
    if (settings.dropout > 0) network.add(new SeededDropout(settings.dropout, random));
  }
  network.add(layers.dense({ units: shape.labelCount, ...layerOptions(settings) }));
  setWeights(network, drawWeights(settings, shape, random));
  network.compile({ optimizer: train.adam(settings.learningRate), loss: crossEntropy });
  return network;
}

/** @param weights of every layer in their order, each row by row: inputs by units; an LSTM's gates are input, forget, cell, output */
export function setWeights(network: Sequential, weights: readonly Float32Array[]): void {
  const shapes = network.getWeights().map(({ shape }) => shape);
  const tensors = weights.map((values, index) => tensor(values, shapes[index]));
  network.setWeights(tensors);
  for (const one of tensors) one.dispose();
}

function hiddenLayers(settings: NetworkSettings, { steps, features }: NetworkShape) {
  const options = layerOptions(settings);
  if (settings.model === "mlp") {
    const input = { inputShape: [steps * features] };
    return settings.hidden.map((units, index) =>
      layers.dense({ units, activation: "relu", ...options, ...(index === 0 ? input : {}) }),
    );
  }
  const { kernelInitializer: recurrentInitializer, kernelRegularizer: recurrentRegularizer } = options;
  return [
    layers.lstm({
      units: settings.units,
      inputShape: [steps, features],
      recurrentActivation: "sigmoid",
      unitForgetBias: false,
      recurrentInitializer,
      recurrentRegularizer,
      ...options,
    }),
  ];
}

/** Weights are zero until they are set: what the library draws cannot be repeated on another backend. */
function layerOptions({ l2 }: NetworkSettings) {
  return { kernelInitializer: "zeros", kernelRegularizer: regularizers.l2({ l2 }) } as const;
}

/** Mean over rows of the cross-entropy with labels that need not sum to 1: class weights are in them. */
function crossEntropy(labels: Tensor, logits: Tensor): Tensor {
  return tidy(() => neg(mean(sum(mul(labels, logSoftmax(logits)), -1))));
}
