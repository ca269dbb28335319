import type { ClassifierName } from "@flamenco/policies/wire";
import { evaluate, fitClassifier } from "@flamenco/sandbox/learning";
import t from "tap";
import { classifierVectors, samples, testRows, trainRows, truthOf, weightsOf } from "./reference-vectors.js";

const labelNames = { two: ["a", "b"], soft: ["a", "b"], three: ["a", "b", "c"] };

interface Tolerance {
  readonly mean: number;
  readonly most: number;
  readonly score: number;
}
const exact: Tolerance = { mean: 1e-4, most: 1e-3, score: 1e-6 };
/** Trees put thresholds half-way between bins, not values: a row in a gap may go the other way. Forests differ by chance too. */
const tolerances: Partial<Record<ClassifierName, Tolerance>> = {
  tree: { mean: 0.02, most: 1, score: 0.011 },
  forest: { mean: 0.03, most: 0.15, score: 0.021 },
};

for (const { spec, labels, accuracy, macroF1, probabilities } of classifierVectors) {
  const { model, ...settings } = spec;
  t.test(`${model} on ${labels} labels agrees with scikit-learn: ${JSON.stringify(settings)}`, async (t) => {
    const classifier = await fitClassifier(spec, samples, weightsOf(labels), trainRows, { seed: 1 });
    const predicted = classifier.predict(samples, testRows);
    const truth = testRows.map((row) => truthOf(labels)[row]!);
    const metrics = evaluate(predicted, truth, { labels: labelNames[labels], seed: 1, resamples: 0 });
    const differences = probabilities.map((value, index) => Math.abs(value - predicted[index]!));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const { mean: least, most, score } = tolerances[model] ?? exact;
    t.ok(mean < least, `probabilities differ by ${mean} in the mean`);
    t.ok(Math.max(...differences) < most, `and by ${Math.max(...differences)} at most`);
    t.ok(Math.abs((metrics.accuracy.value ?? 0) - accuracy) < score, `accuracy ${metrics.accuracy.value}: ${accuracy}`);
    t.ok(Math.abs((metrics.macroF1.value ?? 0) - macroF1) < score, `F1 ${metrics.macroF1.value}: ${macroF1}`);
    t.match(classifier, { model, labelCount: labelNames[labels].length, backend: "own", parameters: settings });
  });
}
