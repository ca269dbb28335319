import { fitLabelModel, predictPatterns, scorePredictions } from "@flamenco/sandbox/labeling";
import t from "tap";
import { generateVotes } from "./generated-votes.js";
import { histogramOfVector, labelsOf, lfNamesOf, readVector } from "./golden-vector.js";

function chooseOn(name: string, options: { classBalance?: number[]; validated?: boolean } = {}) {
  const vector = readVector(name);
  const train = histogramOfVector(vector);
  const labels = labelsOf(vector);
  const { truthCounts: _, ...votes } = train;
  const model = fitLabelModel(votes, {
    model: "auto",
    labels,
    lfNames: lfNamesOf(vector),
    ...(options.classBalance === undefined ? {} : { classBalance: options.classBalance }),
    ...(options.validated ? { validation: train } : {}),
  });
  const scores = scorePredictions(predictPatterns(model, train), train, { id: "task", labels, positive: labels[1]! });
  return { document: model.document, accuracy: scores.accuracy! };
}

t.test("one-sided LFs: EM", async (t) => {
  const { document, accuracy } = chooseOn("g11");
  t.match(document, { requested: "auto", model: "em", reason: /one label only/ });
  t.ok(accuracy > 0.84, `${accuracy}`);
});

t.test("one-sided LFs on which EM turns a label into its opposite: not EM", async (t) => {
  const { document, accuracy } = chooseOn("g12");
  t.match(document, { model: "moments", reason: /opposite/ });
  t.ok(accuracy > 0.83, `${accuracy}, where EM has 0.68`);
});

t.test("correlated copies mislead EM: moments, and the copies are named without any ground truth", async (t) => {
  const { document, accuracy } = chooseOn("g08");
  t.match(document, { model: "moments", reason: /depend on each other/ });
  t.ok(accuracy > 0.76, `${accuracy}, where EM has 0.67`);
  const em = fitLabelModel(histogramOfVector(readVector("g08")), {
    model: "em",
    labels: ["benign", "attack"],
    lfNames: lfNamesOf({ lfCount: 8 }).slice(0, readVector("g08").lfCount),
  });
  t.match(em.document.warnings.join(" "), /hang together more than the model explains/);
});

t.test("independent LFs of unknown balance: EM, which learns it; of a given one: moments", async (t) => {
  t.match(chooseOn("g04").document, { model: "em", classBalanceSource: "learned", reason: /balance is unknown/ });
  t.match(chooseOn("g04", { classBalance: [0.7, 0.3] }).document, { model: "moments", classBalanceSource: "given" });
});

t.test("three labels: EM", async (t) => {
  const { document, accuracy } = chooseOn("g14");
  t.match(document, { model: "em", identified: true, reason: /three or more labels/ });
  t.ok(accuracy > 0.96, `${accuracy}`);
});

t.test("with labeled rows the model that does best on them, and the reason says by how much", async (t) => {
  const { document, accuracy } = chooseOn("g11", { validated: true });
  t.match(document.reason, /best macro F1 on the labeled validation rows \(0\.\d+; .*em 0\.\d+/);
  t.ok(accuracy > 0.84);
});

t.test("few labeled rows do not choose a model", async (t) => {
  const lfs = [0.9, 0.8, 0.7].map((accuracy) => ({ accuracy, coverage: 0.9 }));
  const train = generateVotes(2_000, lfs, 31);
  const validation = generateVotes(6, lfs, 32);
  const options = { model: "auto" as const, labels: ["benign", "attack"], lfNames: ["a", "b", "c"], validation };
  t.notMatch(fitLabelModel(train, options).document.reason, /validation rows/);
});

t.test("one or two voting LFs get the validated model whatever is asked", async (t) => {
  const train = generateVotes(
    500,
    [
      { accuracy: 0.9, coverage: 0.5 },
      { accuracy: 0.8, coverage: 0.5 },
    ],
    33,
  );
  for (const model of ["auto", "moments", "em"] as const) {
    const { document } = fitLabelModel(train, { model, labels: ["benign", "attack"], lfNames: ["a", "b"] });
    t.match(document, { requested: model, model: "validated", reason: /Only two labeling functions vote/ });
  }
});
