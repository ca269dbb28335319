import {
  addHistograms,
  addPairCounts,
  countPairs,
  type FittedLabelModel,
  fitLabelModel,
  predictPatterns,
  type TripletSummary,
} from "@flamenco/sandbox/labeling";
import t from "tap";
import {
  type BinaryReference,
  type GoldenVector,
  histogramOfVector,
  labelsOf,
  lfNamesOf,
  parseVotes,
  readVector,
} from "./golden-vector.js";

const WEIGHT_TOLERANCE = 2e-5;
const PROBABILITY_TOLERANCE = 2e-4;
const EM_TOLERANCE = 1e-6;
const vectors = ["g01", "g04", "g08", "g11", "g12", "g14", "g16", "g18"].map(readVector);

const names = (vector: GoldenVector) => ({ labels: labelsOf(vector), lfNames: lfNamesOf(vector) });
const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

for (const vector of vectors) {
  t.test(`moments reach Snorkel's converged weights and probabilities on ${vector.name}`, async (t) => {
    const train = histogramOfVector(vector);
    const model = fitLabelModel(train, { model: "moments", ...names(vector), classBalance: vector.classBalance });
    const two = vector.labelCount === 2;
    t.match(model.document, { model: "moments", converged: true, classBalanceSource: "given", identified: two });
    if (two) t.ok(model.document.iterations < 60, `exact steps need few iterations: ${model.document.iterations}`);
    const gaps = model.document.weights.map((weight, lf) =>
      weight === null ? 0 : Math.abs(weight - vector.moments.weights[lf]!),
    );
    t.ok(largest(gaps) <= WEIGHT_TOLERANCE, `weights are off by ${largest(gaps)}`);
    const softGaps = vector.moments.soft.flatMap(([pattern, ...expected]) => {
      const soft = model.predictPattern(parseVotes(vector.patterns[pattern]!))!;
      return expected.map((value, label) => Math.abs(value - soft[label]!));
    });
    t.ok(largest(softGaps) <= PROBABILITY_TOLERANCE, `probabilities are off by ${largest(softGaps)}`);
    const predictions = predictPatterns(model, train);
    t.strictSame(
      vector.moments.hard.map(([pattern]) => [pattern, predictions[pattern]]),
      vector.moments.hard,
    );
  });
}

for (const vector of vectors) {
  t.test(`EM on patterns equals the reference on rows of ${vector.name}`, async (t) => {
    const model = fitLabelModel(histogramOfVector(vector), { model: "em", ...names(vector) });
    t.match(model.document, { model: "em", converged: true, classBalanceSource: "learned" });
    const gaps = [
      ...vector.em.prior.map((share, label) => Math.abs(share - model.document.classBalance[label]!)),
      ...vector.em.errorRates.flatMap((rates, lf) =>
        rates.flatMap((row, label) =>
          row.map((rate, symbol) => {
            const ours = model.document.conditional[lf]![symbol]![label]!;
            return ours === null ? 0 : Math.abs(rate - ours);
          }),
        ),
      ),
      ...vector.em.soft.flatMap(([pattern, ...expected]) => {
        const soft = model.predictPattern(parseVotes(vector.patterns[pattern]!))!;
        return expected.map((value, label) => Math.abs(value - soft[label]!));
      }),
    ];
    t.ok(largest(gaps) <= EM_TOLERANCE, `off by ${largest(gaps)}`);
  });

  t.test(`majority votes as Snorkel's voter on ${vector.name}`, async (t) => {
    const train = histogramOfVector(vector);
    const model = fitLabelModel(train, { model: "majority", ...names(vector) });
    const predictions = predictPatterns(model, train);
    t.strictSame(
      vector.majority.hard.map(([pattern]) => [pattern, predictions[pattern]]),
      vector.majority.hard,
    );
    t.ok(
      model.document.weights.every((weight) => weight === null),
      "it has no weights and claims none",
    );
  });
}

t.test("three labels: moments warn that the votes do not determine them", async (t) => {
  const vector = readVector("g14");
  const { document } = fitLabelModel(histogramOfVector(vector), { model: "moments", ...names(vector) });
  t.match(document.warnings.join(" "), /three or more labels/i);
});

/** Largest distances of weights (where known) and of P(label 1) from a reference. */
function measureGaps(model: FittedLabelModel, vector: GoldenVector, { weights, soft }: BinaryReference) {
  return {
    // FlyingSquid's closed form may claim to be right more often than always.
    weight: largest(
      weights.map((weight, lf) => (weight === null ? 0 : Math.abs(Math.min(1, weight) - model.document.weights[lf]!))),
    ),
    soft: largest(
      soft.map(([pattern, share]) =>
        Math.abs(share - model.predictPattern(parseVotes(vector.patterns[pattern]!))![1]!),
      ),
    ),
  };
}

for (const vector of vectors) {
  const train = histogramOfVector(vector);
  for (const [summary, reference] of Object.entries(vector.triplets ?? {})) {
    t.test(`triplets (${summary}) equal FlyingSquid on ${vector.name}`, async (t) => {
      const options = {
        ...names(vector),
        classBalance: vector.classBalance,
        tripletSummary: summary as TripletSummary,
      };
      const model = fitLabelModel(train, { model: "triplets", ...options });
      t.match(model.document, { model: "triplets", converged: true, identified: true });
      const gaps = measureGaps(model, vector, reference);
      t.ok(gaps.weight <= EM_TOLERANCE && gaps.soft <= EM_TOLERANCE, JSON.stringify(gaps));
    });
  }
  for (const [balance, reference] of Object.entries(vector.oneCoin ?? {})) {
    t.test(`one-coin equals the reference on ${vector.name}, class balance ${balance}`, async (t) => {
      const given = balance === "given" ? { classBalance: vector.classBalance } : {};
      const model = fitLabelModel(train, { model: "one-coin", ...names(vector), ...given });
      t.match(model.document, { model: "one-coin", converged: true });
      const gaps = measureGaps(model, vector, reference);
      t.ok(gaps.weight <= EM_TOLERANCE && gaps.soft <= EM_TOLERANCE, JSON.stringify(gaps));
    });
  }
}

t.test("one-coin collapses on LFs that vote for one label only, and says so", async (t) => {
  const vector = readVector("g11");
  const { document } = fitLabelModel(histogramOfVector(vector), { model: "one-coin", ...names(vector) });
  t.match(document.warnings.join(" "), /collapsed: it holds \d+ labeling functions for always right or always wrong/);
});

t.test("triplets are for two labels: three are refused by code", async (t) => {
  const vector = readVector("g14");
  t.throws(() => fitLabelModel(histogramOfVector(vector), { model: "triplets", ...names(vector) }), {
    code: "FLM_LABEL_MODEL",
  });
});

t.test("an LF that never votes has no weight and no conditional, and changes nothing for the others", async (t) => {
  const vector = readVector("g16");
  const { document } = fitLabelModel(histogramOfVector(vector), {
    model: "moments",
    ...names(vector),
    classBalance: [0.5, 0.5],
  });
  t.equal(document.weights[2], null);
  t.ok(document.conditional[2]!.flat().every((value) => value === null));
  t.match(document.warnings.join(" "), /#lf2 never votes/);
});

t.test("counts of three nodes add up to the counts of all, and so does the fit", async (t) => {
  const vector = readVector("g12");
  const whole = histogramOfVector(vector);
  const nodes = vector.nodes!.map((truthCounts) => histogramOfVector(vector, truthCounts));
  const pairs = addPairCounts(nodes.map(countPairs));
  t.strictSame([...pairs.counts], vector.counts!.flat(), "pairwise counts");
  t.strictSame(countPairs(whole), pairs);
  const sum = addHistograms(nodes);
  t.strictSame(sum.counts, whole.counts);
  t.strictSame(sum.truthCounts, whole.truthCounts);
  const options = { model: "moments" as const, ...names(vector), classBalance: vector.classBalance };
  t.strictSame(fitLabelModel(sum, options).document, fitLabelModel(whole, options).document);
});

t.test("pairwise counts are those of the reference", async (t) => {
  for (const name of ["g01", "g14"]) {
    const vector = readVector(name);
    t.strictSame([...countPairs(histogramOfVector(vector)).counts], vector.counts!.flat(), name);
  }
});
