import { existsSync, readFileSync } from "node:fs";
import {
  addHistograms,
  addPairCounts,
  buildHistogram,
  countPairs,
  fitLabelModel,
  histogramOf,
  predictPatterns,
} from "@flamenco/sandbox/labeling";
import t from "tap";
import { type GoldenVector, histogramOfVector, labelsOf, lfNamesOf, parseVotes, readVector } from "./golden-vector.js";

const WEIGHT_TOLERANCE = 2e-5;
const PROBABILITY_TOLERANCE = 2e-4;
const EM_TOLERANCE = 1e-6;
const vectors = ["g01", "g04", "g08", "g11", "g12", "g14", "g16", "g18"].map(readVector);

const names = (vector: GoldenVector) => ({ labels: labelsOf(vector), lfNames: lfNamesOf(vector) });
const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

for (const vector of vectors.filter(({ labelCount }) => labelCount === 2)) {
  t.test(`moments reach Snorkel's converged weights and probabilities on ${vector.name}`, async (t) => {
    const train = histogramOfVector(vector);
    const model = fitLabelModel(train, { model: "moments", ...names(vector), classBalance: vector.classBalance });
    t.match(model.document, { model: "moments", converged: true, classBalanceSource: "given", identified: true });
    t.ok(model.document.iterations < 60, `exact steps need few iterations: ${model.document.iterations}`);
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

t.test("three labels: moments give the reference's hard labels and warn that weights are not determined", async (t) => {
  const vector = readVector("g14");
  const train = histogramOfVector(vector);
  const model = fitLabelModel(train, { model: "moments", ...names(vector), classBalance: vector.classBalance });
  const predictions = predictPatterns(model, train);
  const soft = new Map(vector.moments.soft.map(([pattern, ...values]) => [pattern, values.toSorted((a, b) => b - a)]));
  const wrong = vector.moments.hard.filter(([pattern, label]) => predictions[pattern] !== label);
  t.ok(
    wrong.length <= 1,
    `${wrong.length} of ${vector.moments.hard.length} differ; seeds of the reference differ on 0.4 %`,
  );
  for (const [pattern] of wrong) {
    const [first, second] = soft.get(pattern) as [number, number];
    t.ok(first - second < 0.02, "and only where the reference itself hardly prefers its label");
  }
  t.equal(model.document.identified, false);
  t.match(model.document.warnings.join(" "), /three or more labels/i);
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

const shared = new URL("../../../../../shared/golden/g05_m20_rare10", import.meta.url);
const absent = existsSync(new URL(`${shared}.json`)) ? false : "the measured results are not beside the repository";
t.test("twenty LFs, a label of 10 %: within the same tolerances", { skip: absent }, async (t) => {
  const golden = JSON.parse(readFileSync(new URL(`${shared}.json`), "utf8"));
  const lines = readFileSync(new URL(`${shared}.csv`), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const rows = lines.map(([votes]) => parseVotes(votes!));
  const { histogram, patternOfRow } = buildHistogram({
    votes: Int8Array.from(rows.flat()),
    lfCount: 20,
    labelCount: 2,
  });
  const run = golden.snorkel_label_model.runs["10000"];
  const options = { ...names(readVector("g01")), lfNames: lfNamesOf({ lfCount: 20 }) };
  const moments = fitLabelModel(histogram, { ...options, model: "moments", classBalance: [0.9, 0.1] });
  const em = fitLabelModel(histogram, { ...options, model: "em" });
  const weightGaps = moments.document.weights.map((weight, lf) => Math.abs(weight! - run.weights[lf]));
  t.ok(largest(weightGaps) <= WEIGHT_TOLERANCE, `weights are off by ${largest(weightGaps)}`);
  const gapsOf = (head: number[][], model: typeof moments) =>
    head.flatMap((expected, row) =>
      expected.map((value, label) => Math.abs(value - model.predictPattern(rows[row]!)![label]!)),
    );
  t.ok(largest(gapsOf(run.proba_head, moments)) <= PROBABILITY_TOLERANCE, "moments' probabilities");
  const reference = golden.dawid_skene_REFERENCE_EM.abstain_as_symbol;
  t.ok(largest(gapsOf(reference.proba_head, em)) <= EM_TOLERANCE, "EM's probabilities");

  t.test("and `auto`, not told the balance, is not misled by assuming it even", async (t) => {
    const truth = Int8Array.from(lines, ([, label]) => Number(label));
    const auto = fitLabelModel(histogram, { ...options, model: "auto" });
    const labeled = histogramOf(patternOfRow, histogram, undefined, truth);
    const predictions = predictPatterns(auto, labeled);
    const right = predictions.reduce((sum, label, pattern) => sum + (labeled.truthCounts[pattern * 2 + label] ?? 0), 0);
    t.ok(right / rows.length > 0.98, `right on ${right} rows`);
  });
});
