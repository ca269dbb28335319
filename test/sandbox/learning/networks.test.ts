import { readFileSync } from "node:fs";
import type { Samples } from "@flamenco/sandbox/learning";
import {
  buildNetwork,
  fitNetwork,
  type NetworkSettings,
  type NetworkSpec,
  openBackend,
  predictNetwork,
  settleNetwork,
  setWeights,
} from "@flamenco/sandbox/learning/neural";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { memory, tensor } from "@tensorflow/tfjs-core";
import t from "tap";

const readVector = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../vectors/learning/${name}.json`, import.meta.url), "utf8"));
const countUp = (count: number, first = 0) => Int32Array.from({ length: count }, (_, index) => first + index);
const samplesOf = (values: readonly number[], features: number, steps = 1): Samples => ({
  rows: values.length / (features * steps),
  steps,
  features: Array.from({ length: features }, (_, index) => `f${index}`),
  values: Float64Array.from(values),
});
const hard = (truth: readonly number[]) => ({
  labelCount: 2,
  weights: Float64Array.from(truth.flatMap((label) => [1 - label, label])),
});
const accuracyOf = (probabilities: Float64Array, truth: readonly number[]) =>
  truth.filter((label, row) => (probabilities[2 * row + 1]! > 0.5 ? 1 : 0) === label).length / truth.length;
const furthest = (found: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, index) => Math.abs(value - found[index]!)));

/** The sign of a product: no line tells the labels apart. */
function makeCrossing(rows: number, seed = 1) {
  const random = new SeededRandom(seed);
  const values = Array.from({ length: rows * 2 }, () => 2 * random.nextFloat() - 1);
  const truth = countUp(rows);
  return {
    samples: samplesOf(values, 2),
    truth: [...truth].map((row) => (values[2 * row]! * values[2 * row + 1]! > 0 ? 1 : 0)),
  };
}

const passes = readVector("network-passes");
const quick: NetworkSpec = { model: "mlp", hidden: [16], epochs: 4, learningRate: 0.02, batch: 32, patience: null };

t.before(() => openBackend(["wasm"]));

t.test("an LSTM with given weights computes what the equations say", async (t) => {
  const { steps, features, units, values, weights, probabilities, rows } = passes.lstm;
  const settings = settleNetwork({ model: "lstm", units });
  const network = buildNetwork(settings, { steps, features, labelCount: 2 }, new SeededRandom(1));
  setWeights(
    network,
    weights.map((list: number[]) => Float32Array.from(list)),
  );
  const found = predictNetwork(network, settings, samplesOf(values, features, steps), countUp(rows));
  t.ok(furthest(found, probabilities) < 1e-5, `${furthest(found, probabilities)}`);
  network.dispose();
});

t.test("first weights: bounded inputs, orthonormal feedback, a forget gate that is open", async (t) => {
  const [units, features] = [6, 3];
  const network = buildNetwork(
    settleNetwork({ model: "lstm", units }),
    { steps: 2, features, labelCount: 2 },
    new SeededRandom(1),
  );
  const [inputs, feedback, bias] = network.getWeights().map((weight) => weight.dataSync());
  const bound = Math.sqrt(6 / (features + 4 * units));
  t.ok(inputs!.every((weight) => Math.abs(weight) <= bound) && inputs!.some((weight) => Math.abs(weight) > bound / 2));
  const rowOf = (unit: number) => [...feedback!.slice(unit * 4 * units, (unit + 1) * 4 * units)];
  for (let one = 0; one < units; one++) {
    for (let other = 0; other < units; other++) {
      const product = rowOf(one).reduce((sum, weight, gate) => sum + weight * rowOf(other)[gate]!, 0);
      t.ok(Math.abs(product - (one === other ? 1 : 0)) < 1e-6);
    }
  }
  t.same(
    [...bias!],
    [0, 1, 0, 0].flatMap((value) => new Array(units).fill(value)),
  );
  network.dispose();
});

t.test("a perceptron takes the steps of Adam on soft labels and an L2 penalty", async (t) => {
  const { features, rows, labelCount, hidden, l2, learningRate, steps, values, labels, weights } = passes.mlp;
  const settings: NetworkSettings = settleNetwork({ model: "mlp", hidden, l2, learningRate });
  const network = buildNetwork(settings, { steps: 1, features, labelCount }, new SeededRandom(1));
  setWeights(
    network,
    weights.map((list: number[]) => Float32Array.from(list)),
  );
  const predict = () => predictNetwork(network, settings, samplesOf(values, features), countUp(rows));
  t.ok(furthest(predict(), passes.mlp.probabilities) < 1e-5);
  const [inputs, targets] = [tensor(values, [rows, features]), tensor(labels, [rows, labelCount])];
  for (let step = 0; step < steps; step++) await network.trainOnBatch(inputs, targets);
  t.ok(
    furthest(predict(), passes.mlp.probabilitiesAfter) < 1e-4,
    `${furthest(predict(), passes.mlp.probabilitiesAfter)}`,
  );
});

t.test("a perceptron is as good as scikit-learn's", async (t) => {
  const { values, features, labels, training, settings, accuracy, logLoss } = readVector("mlp-moons");
  const samples = samplesOf(values, features);
  const network = await fitNetwork(settings, samples, hard(labels), countUp(training), { seed: 4 });
  const truth: number[] = labels.slice(training);
  const found = network.predict(samples, countUp(truth.length, training));
  const loss = truth.reduce((sum, label, row) => sum - Math.log(found[2 * row + label]!), 0) / truth.length;
  t.ok(Math.abs(accuracyOf(found, truth) - accuracy.mean) < 4 * accuracy.sd, `accuracy ${accuracyOf(found, truth)}`);
  t.ok(Math.abs(loss - logLoss.mean) < 4 * logLoss.sd, `log loss ${loss}`);
  network.dispose();
});

t.test("an LSTM learns what is in no single row: which of two steps was larger", async (t) => {
  const random = new SeededRandom(9);
  const values = Array.from({ length: 900 * 3 }, () => 2 * random.nextFloat() - 1);
  const truth = Array.from({ length: 900 }, (_, row) => (values[3 * row]! > 0 ? 1 : 0));
  const sequences = samplesOf(values, 1, 3);
  const last = samplesOf(
    values.filter((_, index) => index % 3 === 2),
    1,
  );
  const settings = { epochs: 12, learningRate: 0.02, batch: 32, patience: null };
  const score = async (spec: NetworkSpec, samples: Samples) => {
    const network = await fitNetwork(spec, samples, hard(truth), countUp(600), { seed: 1 });
    const accuracy = accuracyOf(network.predict(samples, countUp(300, 600)), truth.slice(600));
    network.dispose();
    return accuracy;
  };
  const [lstm, memoryless] = [
    await score({ model: "lstm", units: 8, ...settings }, sequences),
    await score({ model: "mlp", hidden: [16], ...settings }, last),
  ];
  t.ok(lstm > 0.9, `with memory ${lstm}`);
  t.ok(memoryless < 0.65, `without ${memoryless}`);
});

t.test("the same seed trains the same network, dropout and held-out rows included; another seed another", async (t) => {
  const { samples, truth } = makeCrossing(300);
  for (const spec of [
    { ...quick, dropout: 0.3, patience: 2, minDelta: 0 },
    { model: "lstm", units: 4, epochs: 2, dropout: 0.2 },
  ] as const) {
    const predictWith = async (seed: number) => {
      const network = await fitNetwork(spec, samples, hard(truth), countUp(300), { seed });
      const probabilities = network.predict(samples, countUp(300));
      t.same(network.predict(samples, countUp(300)), probabilities, "nothing is dropped in predicting");
      network.dispose();
      return [...probabilities];
    };
    const first = await predictWith(5);
    t.same(await predictWith(5), first, spec.model);
    t.notSame(await predictWith(6), first, spec.model);
  }
});

t.test("no tensor stays behind: not of training, predicting, stopping or failing", async (t) => {
  const { samples, truth } = makeCrossing(200);
  const before = memory().numTensors;
  const network = await fitNetwork(
    { ...quick, dropout: 0.2, l2: 0.01, patience: 2 },
    samples,
    hard(truth),
    countUp(200),
    { seed: 1 },
  );
  network.predict(samples, countUp(200));
  network.dispose();
  t.equal(memory().numTensors, before);
  const stop = new AbortController();
  const stopped = fitNetwork({ ...quick, epochs: 1000 }, samples, hard(truth), countUp(200), {
    seed: 1,
    signal: stop.signal,
    onProgress: (share) => share > 0.001 && stop.abort(),
  });
  await t.rejects(stopped, { code: "FLM_INTERRUPTED" });
  t.equal(memory().numTensors, before, "stopped");
});

t.test("a loss that is no number is told, with the learning rate, and leaves nothing behind", async (t) => {
  const { samples, truth } = makeCrossing(100);
  const before = memory().numTensors;
  samples.values[50] = Number.NaN;
  await t.rejects(
    fitNetwork({ model: "lstm", units: 2, learningRate: 10 }, samples, hard(truth), countUp(100), { seed: 1 }),
    {
      code: "FLM_LEARN_DIVERGED",
      message: /learning rate of 10\./,
    },
  );
  t.equal(memory().numTensors, before);
});

t.test("inputs of any size give probabilities that sum to 1", async (t) => {
  const { samples, truth } = makeCrossing(100);
  const network = await fitNetwork(quick, samples, hard(truth), countUp(100), { seed: 1 });
  const wild = samplesOf([1e300, -1e300, Number.POSITIVE_INFINITY, 0], 2);
  const found = network.predict(wild, countUp(2));
  t.ok(found.every((share) => share >= 0 && share <= 1));
  t.ok(Math.abs(found[0]! + found[1]! - 1) < 1e-12);
  t.equal(network.predict(wild, countUp(0)).length, 0);
  network.dispose();
});

t.test("training ends early when the held-out rows no longer gain, and says after how many epochs", async (t) => {
  const random = new SeededRandom(3);
  const noise = samplesOf(
    Array.from({ length: 400 }, () => random.nextFloat()),
    2,
  );
  const truth = [...countUp(200)].map(() => random.nextBelow(2));
  const shares: number[] = [];
  const network = await fitNetwork({ ...quick, epochs: 500, patience: 3 }, noise, hard(truth), countUp(200), {
    seed: 1,
    onProgress: (share) => shares.push(share),
  });
  t.ok(Number(network.parameters.epochsTaken) < 50, `${network.parameters.epochsTaken}`);
  t.equal(shares.at(-1), 1);
  t.same(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  network.dispose();
});

t.test("class weights in the labels move what is predicted", async (t) => {
  const { samples, truth } = makeCrossing(200);
  const weigh = async (weight: number) => {
    const labels = hard(truth);
    for (let row = 0; row < 200; row++) labels.weights[2 * row + 1]! *= weight;
    const network = await fitNetwork(quick, samples, labels, countUp(200), { seed: 1 });
    const probabilities = network.predict(samples, countUp(200));
    network.dispose();
    return probabilities.filter((share, index) => index % 2 === 1 && share > 0.5).length;
  };
  t.ok((await weigh(20)) > (await weigh(1)) + 20);
});

t.test(
  "what takes too much memory is refused before it is made: large batches, many steps of many units",
  async (t) => {
    const { samples, truth } = makeCrossing(10);
    const before = memory().numTensors;
    const refuse = async (spec: NetworkSpec, given: Samples) => {
      await t.rejects(fitNetwork(spec, given, hard(truth), countUp(2), { seed: 1 }), { code: "FLM_TOO_LARGE" });
    };
    await refuse({ model: "lstm", units: 512, batch: 65_536 }, samples);
    await refuse({ model: "mlp", hidden: [1024, 1024], batch: 65_536 }, samples);
    await refuse({ model: "lstm", units: 512, batch: 1 }, samplesOf(new Array(2 * 200).fill(0), 1, 200));
    t.equal(memory().numTensors, before);
  },
);

t.test("wide networks predict a few rows at a time, as many rows as there are", async (t) => {
  const [steps, rows] = [200, 410];
  const settings = settleNetwork({ model: "lstm", units: 32 });
  const network = buildNetwork(settings, { steps, features: 1, labelCount: 2 }, new SeededRandom(1));
  const samples = samplesOf(
    Array.from({ length: rows * steps }, (_, index) => Math.sin(index)),
    1,
    steps,
  );
  const found = predictNetwork(network, settings, samples, countUp(rows));
  const last = predictNetwork(network, settings, samples, Int32Array.of(rows - 1));
  t.ok(furthest(found.subarray(2 * (rows - 1)), [...last]) < 1e-6);
  network.dispose();
});
