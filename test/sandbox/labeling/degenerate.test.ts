import { LabelModel, parseDocument } from "@flamenco/policies/wire";
import {
  buildHistogram,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type LabeledHistogram,
  type LabelModelOptions,
  predictPatterns,
  predictSoftLabels,
} from "@flamenco/sandbox/labeling";
import fc from "fast-check";
import t from "tap";
import { parseVotes } from "./golden-vector.js";

const models = ["auto", "majority", "moments", "triplets", "em", "one-coin"] as const;

function histogramOfRows(rows: readonly string[], truth?: readonly number[], labelCount = 2): LabeledHistogram {
  const lfCount = rows[0]!.length;
  const { histogram, patternOfRow } = buildHistogram({
    votes: Int8Array.from(rows.flatMap(parseVotes)),
    lfCount,
    labelCount,
  });
  return histogramOf(patternOfRow, histogram, undefined, truth === undefined ? undefined : Int8Array.from(truth));
}

const repeat = (rows: readonly string[], times: number) => Array.from({ length: times }, () => rows).flat();

function fit(
  train: LabeledHistogram,
  options: Partial<LabelModelOptions> & Pick<LabelModelOptions, "model">,
): FittedLabelModel {
  const lfNames = Array.from({ length: train.lfCount }, (_, lf) => `lf${lf}`);
  return fitLabelModel(train, { labels: ["benign", "attack", "scan"].slice(0, train.labelCount), lfNames, ...options });
}

/** What must hold of every fit: a document that conforms, and soft labels that are probabilities. */
function assertSane(model: FittedLabelModel, histogram: LabeledHistogram): void {
  parseDocument(LabelModel, model.document, "label model");
  const { probabilities, labeled, labelCount } = predictSoftLabels(model, histogram);
  for (const [pattern, known] of labeled.entries()) {
    const soft = probabilities.subarray(pattern * labelCount, (pattern + 1) * labelCount);
    const sum = soft.reduce((total, value) => total + value, 0);
    const voted = histogram.patterns
      .subarray(pattern * histogram.lfCount, (pattern + 1) * histogram.lfCount)
      .some((vote) => vote >= 0);
    if ((known === 1) !== voted) throw new Error("a pattern has a soft label exactly when something voted");
    if (!soft.every((value) => value >= 0 && value <= 1) || Math.abs(sum - known) > 1e-9)
      throw new Error(`soft label ${soft}`);
  }
}

t.test("labeling functions that vote the same on every row are named, by whatever model", async (t) => {
  const { histogram } = buildHistogram({ votes: Int8Array.from([0, 0, 1, 0, 1, 1]), lfCount: 3, labelCount: 2 });
  for (const model of ["auto", "moments", "em", "majority"] as const) {
    const { document } = fitLabelModel(histogram, { model, labels: ["a", "b"], lfNames: ["x", "y", "z"] });
    const named = document.warnings.filter((text) => text.includes("on every row"));
    t.same(
      named.map((text) => text.slice(0, 9)),
      ["x votes a", "z votes b"],
      model,
    );
  }
});

t.test("whatever the votes, truth and balance: documents conform, probabilities are probabilities", async () => {
  const votes = fc.record({
    lfCount: fc.integer({ min: 1, max: 5 }),
    rows: fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 5, maxLength: 5 }), {
      minLength: 1,
      maxLength: 30,
    }),
    truth: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 30, maxLength: 30 }),
    balance: fc.option(fc.constantFrom([0, 1], [1, 0], [1e-9, 1 - 1e-9], [0.5, 0.5], [0.97, 0.03]), { nil: undefined }),
    validated: fc.boolean(),
    priors: fc.option(
      fc.array(
        fc.option(fc.record({ mean: fc.constantFrom(0, 0.2, 0.9, 1), strength: fc.constantFrom(1e-6, 10, 1e6) })),
        { minLength: 5, maxLength: 5 },
      ),
    ),
    model: fc.constantFrom(...models),
  });
  fc.assert(
    fc.property(votes, ({ lfCount, rows, truth, balance, validated, priors, model }) => {
      const text = rows.map((row) =>
        row
          .slice(0, lfCount)
          .map((vote) => (vote < 0 ? "." : vote))
          .join(""),
      );
      const histogram = histogramOfRows(text, truth);
      const fitted = fit(histogram, {
        model,
        ...(balance === undefined ? {} : { classBalance: balance }),
        ...(validated ? { validation: histogram } : {}),
        ...(priors === null ? {} : { priors: priors.slice(0, lfCount) }),
      });
      assertSane(fitted, histogram);
    }),
    { numRuns: 400, seed: 21 },
  );
});

t.test("a pattern without a vote gets no label from any model", async (t) => {
  const train = histogramOfRows(repeat(["001", "110", "...", "0.1", "11."], 20));
  for (const model of models) t.equal(fit(train, { model }).predictPattern([-1, -1, -1]), null, model);
});

t.test("a label of prior 0 is never predicted, one of prior 1 always", async (t) => {
  const train = histogramOfRows(repeat(["000", "111", "010", "0.1", "11.", "..."], 20));
  for (const model of ["moments", "triplets", "em", "one-coin"] as const) {
    const fitted = fit(train, { model, classBalance: [0, 1] });
    assertSane(fitted, train);
    const predictions = predictPatterns(fitted, train);
    t.ok(
      predictions.every((label) => label !== 0),
      model,
    );
    t.ok(
      fitted.document.conditional.flat().every(([benign]) => benign === null),
      "nothing is claimed about the impossible label",
    );
  }
  const single = histogramOfRows(["0", "1"]);
  t.strictSame([...fit(single, { model: "auto", classBalance: [0, 1] }).predictPattern([0])!], [0, 1]);
});

t.test("a balance that is none is refused by name", async (t) => {
  const train = histogramOfRows(["000", "111"]);
  for (const classBalance of [[1], [0.5, 0.6], [-0.5, 1.5], [Number.NaN, 1], [0.2, 0.3, 0.5]]) {
    t.throws(() => fit(train, { model: "auto", classBalance }), { code: "FLM_SCHEMA" });
  }
});

t.test("nobody votes, or there are no rows: no label, no weight, and the reason is given", async (t) => {
  for (const train of [histogramOfRows(["...", "..."]), { ...histogramOfRows(["..."]), counts: Float64Array.of(0) }]) {
    for (const model of models) {
      const fitted = fit(train, { model });
      assertSane(fitted, train);
      t.ok(
        fitted.document.weights.every((weight) => weight === null),
        model,
      );
      t.strictSame(predictPatterns(fitted, train), Int8Array.of(-1));
      t.match(fitted.document.warnings.join(" "), /lf0 never votes/);
    }
  }
});

t.test("three copies of one LF, and LFs that always say the same, converge to something defined", async (t) => {
  const sets = {
    copies: ["000", "111", "..."],
    constants: ["000"],
    opposites: ["011", "100"],
  };
  for (const [name, rows] of Object.entries(sets)) {
    const train = histogramOfRows(repeat(rows, 50));
    for (const model of models) {
      const fitted = fit(train, { model });
      assertSane(fitted, train);
      t.equal(fitted.document.converged, true, `${model} on ${name}`);
    }
  }
});

t.test(
  "votes that no accuracies explain: moments stop, stay within bounds and say so; auto takes another",
  async (t) => {
    const train = histogramOfRows(repeat(["1..", ".1.", "..1", "11."], 50));
    const moments = fit(train, { model: "moments" });
    assertSane(moments, train);
    t.equal(moments.document.converged, false);
    t.ok(moments.document.iterations < 500, `${moments.document.iterations} iterations`);
    t.match(moments.document.warnings.join(" "), /ran off.*without converging/);
    const auto = fit(train, { model: "auto" });
    assertSane(auto, train);
    t.equal(auto.document.converged, true);
    t.not(auto.document.model, "moments");
  },
);

t.test("one LF with labeled rows: its weight is its accuracy there, shrunk by ten presumed rows", async (t) => {
  const train = histogramOfRows(repeat(["1", "."], 100));
  const validation = histogramOfRows(
    repeat(["1", "1", "1", "1", "."], 20),
    [...repeat(["1111"], 15), ...repeat(["0000"], 5)].flatMap((row) => [...[...row].map(Number), 0]),
  );
  const { document, predictPattern } = fit(train, { model: "moments", validation, classBalance: [0.5, 0.5] });
  t.match(document, { requested: "moments", model: "validated", identified: true });
  const expected = (60 + 7) / (80 + 10);
  t.ok(Math.abs(document.weights[0]! - expected) < 1e-12, `${document.weights[0]}`);
  t.ok(Math.abs(predictPattern([1])![1]! - expected) < 1e-12, "and so is the soft label where it votes");
});

t.test("one or two LFs without labels: the prior decides, and the document says unidentified", async (t) => {
  for (const rows of [
    ["0", "1", "."],
    ["01", "0.", ".1", "11"],
  ]) {
    const { document, predictPattern } = fit(histogramOfRows(rows), { model: "auto" });
    t.match(document, { model: "validated", identified: false, classBalanceSource: "uniform" });
    t.match(document.warnings.join(" "), /Unidentified/);
    t.ok(document.weights.every((weight) => Math.abs(weight! - 0.7) < 1e-12));
    t.ok(Math.abs(predictPattern(rows[0]!.length === 1 ? [1] : [-1, 1])![1]! - 0.7) < 1e-12);
  }
});

t.test("two LFs that contradict each other equally: no prediction rather than an arbitrary one", async (t) => {
  const train = histogramOfRows(["01", "10", "11"]);
  const even = fit(train, { model: "auto" });
  t.strictSame(predictPatterns(even, train), Int8Array.of(-1, -1, 1));
  t.strictSame(predictPatterns(fit(train, { model: "majority" }), train), Int8Array.of(-1, -1, 1));
  const leaning = fit(train, { model: "majority", classBalance: [0.8, 0.2] });
  t.strictSame(predictPatterns(leaning, train), Int8Array.of(0, 0, 1), "a known class balance breaks the tie");
});

t.test("validation without labels, or of one label, is no reason to fail", async (t) => {
  const train = histogramOfRows(repeat(["001", "110", "0.1", "11."], 20));
  const unlabeled = histogramOfRows(["001", "110"]);
  t.match(fit(train, { model: "auto", validation: unlabeled }).document, { classBalanceSource: /uniform|learned/ });
  const oneClass = histogramOfRows(repeat(["110", "11."], 10), repeat(["1"], 20).map(Number));
  const fitted = fit(train, { model: "moments", validation: oneClass });
  assertSane(fitted, train);
  t.match(fitted.document, { classBalanceSource: "validation" });
  t.ok(fitted.document.classBalance[0]! > 0, "a label that the sample lacks keeps a chance");
});

t.test("three labels and LFs that vote for one each", async (t) => {
  const train = histogramOfRows(repeat(["0..", ".1.", "..2", "01.", ".12", "012"], 30), undefined, 3);
  for (const model of models) {
    if (model === "triplets") t.throws(() => fit(train, { model }), { code: "FLM_LABEL_MODEL" });
    else assertSane(fit(train, { model }), train);
  }
});
