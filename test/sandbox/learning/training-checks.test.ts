import type { ClassifierSpec } from "@flamenco/policies/wire";
import { fitClassifier, fitStandardization, type Samples, standardize } from "@flamenco/sandbox/learning";
import t from "tap";
import { samples, testRows, trainRows, weightsOf } from "./reference-vectors.js";

const own: readonly ClassifierSpec[] = [
  { model: "logistic" },
  { model: "knn" },
  { model: "tree" },
  { model: "forest", trees: 5 },
];
const two = weightsOf("two");
const seed = { seed: 1 };
const change = (changed: (value: number, index: number) => number): Samples => ({
  ...samples,
  values: samples.values.map(changed),
});

t.test("one label in training is refused, also when class weights leave one", async (t) => {
  const ones = { labelCount: 2, weights: two.weights.map((_, index) => index % 2) };
  for (const spec of own) {
    await t.rejects(fitClassifier(spec, samples, ones, trainRows, seed), { code: "FLM_LEARN_ONE_CLASS" });
    const weighted = { ...spec, classWeights: [0, 1] };
    await t.rejects(fitClassifier(weighted, samples, two, trainRows, seed), { code: "FLM_LEARN_ONE_CLASS" });
    const three = { ...spec, classWeights: [1, 1, 1] };
    await t.rejects(fitClassifier(three, samples, two, trainRows, seed), { code: "FLM_USAGE" });
  }
});

t.test("no rows, one row, fewer rows than neighbors", async (t) => {
  for (const spec of own) {
    for (const count of [0, 1]) {
      const rows = trainRows.subarray(0, count);
      await t.rejects(fitClassifier(spec, samples, two, rows, seed), { code: "FLM_LEARN_FEW_ROWS" });
    }
  }
  const few = fitClassifier({ model: "knn", neighbors: 201 }, samples, two, trainRows, seed);
  await t.rejects(few, {
    code: "FLM_LEARN_FEW_ROWS",
    message: "There are 200 training rows, fewer than 201 neighbors.",
  });
});

t.test("features that do not vary: all of them are refused, some do no harm", async (t) => {
  for (const spec of own) {
    const constant = fitClassifier(
      spec,
      change(() => 7),
      two,
      trainRows,
      seed,
    );
    await t.rejects(constant, { code: "FLM_LEARN_CONSTANT", message: /None of the 5 features \(a, b, c, d, e\)/ });
    const some = change((value, index) => (index % 5 === 0 ? value : 1e9));
    const classifier = await fitClassifier(spec, some, two, trainRows, seed);
    t.ok(classifier.predict(some, testRows).every((probability) => probability >= 0 && probability <= 1));
  }
});

t.test(
  "missing, infinite and huge values: trees read them, the others name columns and rows but no value",
  async (t) => {
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY, 1e200]) {
      const holed = change((value, index) => (index % 5 === 2 && index % 3 === 0 ? bad : value));
      for (const spec of own) {
        if (spec.model === "tree" || spec.model === "forest") {
          const classifier = await fitClassifier(spec, holed, two, trainRows, seed);
          t.ok(classifier.predict(holed, testRows).every((probability) => probability >= 0 && probability <= 1));
          continue;
        }
        await t.rejects(fitClassifier(spec, holed, two, trainRows, seed), {
          code: "FLM_LEARN_MISSING",
          message: new RegExp(`^${spec.model} cannot read values .*: 66 of 200 rows have them, in c\\.$`),
        });
        const classifier = await fitClassifier(spec, samples, two, trainRows, seed);
        t.throws(() => classifier.predict(holed, testRows), { code: "FLM_LEARN_MISSING" }, "rows to predict too");
      }
    }
  },
);

t.test("values far from all training rows get probabilities, not NaN", async (t) => {
  const small = change((value) => value * 1e-9);
  const far = change((value, index) => (index % 2 === 0 ? 1e149 : value * 1e-9));
  for (const spec of [...own, { model: "knn", vote: "distance" } as const]) {
    const classifier = await fitClassifier(spec, small, two, trainRows, seed);
    const predicted = classifier.predict(far, testRows);
    for (let index = 0; index < testRows.length; index++) {
      const sum = predicted[2 * index]! + predicted[2 * index + 1]!;
      if (!(Math.abs(sum - 1) < 1e-9)) t.fail(`${spec.model} sums to ${sum}`);
    }
  }
});

t.test("standardized values stay within what 32 bits hold, whatever their deviation was in training", async (t) => {
  const small = change((value) => value * 1e-9);
  const far = standardize(
    change((_, index) => (index % 2 === 0 ? 1e149 : -1e149)),
    testRows,
    fitStandardization(small, trainRows),
  );
  t.same(new Set(far.values), new Set([1e9, -1e9]));
});

t.test("the same seed gives the same classifier; a forest can be watched and stopped", async (t) => {
  const fit = (spec: ClassifierSpec, seed: number) => fitClassifier(spec, samples, two, trainRows, { seed });
  for (const spec of own) {
    const [one, other] = [await fit(spec, 3), await fit(spec, 3)];
    t.same(one.predict(samples, testRows), other.predict(samples, testRows));
  }
  const forest = { model: "forest", trees: 5 } as const;
  t.notSame((await fit(forest, 3)).predict(samples, testRows), (await fit(forest, 4)).predict(samples, testRows));
  const shares: number[] = [];
  await fitClassifier(forest, samples, two, trainRows, { seed: 1, onProgress: (share) => shares.push(share) });
  t.equal(shares.at(-1), 1);
  const stopped = fitClassifier(forest, samples, two, trainRows, { seed: 1, signal: AbortSignal.abort() });
  await t.rejects(stopped, { code: "FLM_INTERRUPTED" });
});
