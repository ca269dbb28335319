import type { ClassifierSpec } from "@flamenco/policies/wire";
import { type Classifier, fitClassifier, type LabelWeights, type Samples } from "@flamenco/sandbox/learning";
import t from "tap";
import { samples, testRows, trainRows, weightsOf } from "./reference-vectors.js";

const fit = (spec: ClassifierSpec, data: Samples, labels: LabelWeights, rows: Int32Array) =>
  fitClassifier(spec, data, labels, rows, { seed: 1 });
const difference = (one: Float64Array, other: Float64Array) =>
  Math.max(...one.map((value, index) => Math.abs(value - other[index]!)));

t.test("soft labels teach the expectation: as rows repeated once a label in proportion", async (t) => {
  const soft = weightsOf("soft").weights;
  const count = (row: number) => Math.round(10 * soft[2 * row + 1]!);
  const tenths = soft.map((_, index) => Math.abs(((index + 1) % 2) - count(index >> 1) / 10));
  const [rows, hard]: [number[], number[]] = [[], []];
  for (const row of trainRows) {
    for (let copy = 0; copy < 10; copy++) {
      rows.push(row);
      hard.push(copy < count(row) ? 1 : 0);
    }
  }
  const width = samples.features.length;
  const repeated = {
    ...samples,
    rows: rows.length,
    values: Float64Array.from(rows.flatMap((row) => [...samples.values.subarray(row * width, (row + 1) * width)])),
  };
  const labels = { labelCount: 2, weights: Float64Array.from(hard.flatMap((label) => [1 - label, label])) };
  const all = Int32Array.from(rows.keys());
  const pairs: readonly (readonly [ClassifierSpec, ClassifierSpec])[] = [
    // Ten times the rows is ten times the loss that the penalty is held against.
    [
      { model: "logistic", c: 1 },
      { model: "logistic", c: 0.1 },
    ],
    [
      { model: "tree", depth: 2 },
      { model: "tree", depth: 2 },
    ],
    [
      { model: "knn", neighbors: 3 },
      { model: "knn", neighbors: 30 },
    ],
  ];
  for (const [few, many] of pairs) {
    const one = await fit(few, samples, { labelCount: 2, weights: tenths }, trainRows);
    const other = await fit(many, repeated, labels, all);
    t.ok(difference(one.predict(samples, testRows), other.predict(samples, testRows)) < 1e-4, few.model);
  }
});

t.test("class weights count a row as often as they say, and balanced makes a rare label matter", async (t) => {
  const hard = weightsOf("two");
  const rare = trainRows.filter((row) => hard.weights[2 * row] === 1 || row % 5 === 0);
  const twice = Int32Array.from(
    [...rare].flatMap((row) => (hard.weights[2 * row + 1] === 1 ? [row, row, row] : [row])),
  );
  const recallOf = (classifier: Classifier) => {
    const predicted = classifier.predict(samples, testRows);
    return testRows.filter((row, index) => hard.weights[2 * row + 1] === 1 && predicted[2 * index + 1]! > 0.5).length;
  };
  for (const spec of [
    { model: "tree", depth: 3 },
    { model: "forest", trees: 30, depth: 4 },
  ] as const) {
    const weighted = await fit({ ...spec, classWeights: [1, 3] }, samples, hard, rare);
    if (spec.model === "tree") {
      const repeated = await fit(spec, samples, hard, twice);
      t.ok(difference(weighted.predict(samples, testRows), repeated.predict(samples, testRows)) < 1e-9);
    }
    const balanced = await fit({ ...spec, classWeights: "balanced" }, samples, hard, rare);
    t.ok(
      recallOf(balanced) > recallOf(await fit(spec, samples, hard, rare)),
      `${spec.model} finds more of the rare label`,
    );
  }
});
