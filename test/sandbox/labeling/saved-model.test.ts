import { explainPattern, fitLabelModel, loadLabelModel } from "@flamenco/sandbox/labeling";
import t from "tap";
import { histogramOfVector, labelsOf, lfNamesOf, parseVotes, readVector } from "./golden-vector.js";

const vector = readVector("g16");
const train = histogramOfVector(vector);
const models = ["majority", "moments", "triplets", "em", "one-coin", "auto"] as const;
const fit = (model: (typeof models)[number], lfCount = vector.lfCount) => {
  const options = { model, labels: labelsOf(vector), lfNames: lfNamesOf({ lfCount }) };
  const patterns = Int8Array.from(vector.patterns.flatMap((pattern) => parseVotes(pattern).slice(0, lfCount)));
  return fitLabelModel({ ...train, lfCount, patterns }, options);
};

for (const [name, fitted] of [
  ...models.map((model) => [model, fit(model)] as const),
  ["validated", fit("auto", 2)] as const,
]) {
  t.test(`${name}: saved as JSON and loaded, it predicts the same bits`, async (t) => {
    const loaded = loadLabelModel(JSON.parse(JSON.stringify(fitted.document)));
    for (const pattern of vector.patterns) {
      const votes = parseVotes(pattern).slice(0, fitted.lfCount);
      t.strictSame(loaded.predictPattern(votes), fitted.predictPattern(votes), pattern);
    }
  });

  t.test(`${name}: what each LF adds comes to the soft label`, async (t) => {
    for (const pattern of vector.patterns.slice(0, 50)) {
      const votes = parseVotes(pattern).slice(0, fitted.lfCount);
      const { soft, label, against, unit, balance, contributions, total, prediction } = explainPattern(fitted, votes);
      if (soft === null) {
        t.equal(prediction, -1);
        continue;
      }
      const [first, second] = [soft[label]!, soft[against]!];
      const expected = unit === "log-odds" ? Math.log(first / second) : first - second;
      t.ok(Math.abs(total - expected) < 1e-9, `${pattern}: ${total} for ${expected}`);
      t.ok(first >= second);
      t.equal(contributions.length, fitted.lfCount);
      const sum = contributions.reduce((so, { value }) => so + value, balance);
      t.ok(Math.abs(sum - total) < 1e-9);
      if (unit === "vote share" || fitted.document.model === "em") continue;
      t.ok(
        contributions.every(({ vote, value }) => vote >= 0 || value === 0),
        "abstaining adds nothing",
      );
    }
  });
}

t.test("an LF of which nothing is known adds nothing, even where it votes", async (t) => {
  for (const model of ["moments", "triplets", "em", "one-coin"] as const) {
    const fitted = fit(model);
    const silent = explainPattern(fitted, [0, 1, 1, 0, -1, 1]).contributions.find(({ lf }) => lf.endsWith("#lf2"))!;
    t.match(silent, { vote: 1, value: 0 }, model);
  }
});

t.test("a document whose parts do not fit each other is refused", async (t) => {
  const { document } = fit("triplets");
  const { precision, ...withoutPrecision } = document;
  const wrong = {
    "not a document": { model: "em" },
    "a weight less": { ...document, weights: document.weights.slice(1) },
    "an LF's conditional less": { ...document, conditional: document.conditional.slice(1) },
    "a symbol less": { ...document, conditional: document.conditional.map((votes) => votes.slice(1)) },
    "a balance that sums to 2": { ...document, classBalance: [1, 1] },
    "a label more": { ...document, classBalance: [0.4, 0.3, 0.3] },
    "no precision": withoutPrecision,
    "precision of one LF": { ...document, precision: precision!.slice(1) },
    "precision in a model without": { ...fit("em").document, precision },
  };
  for (const [what, value] of Object.entries(wrong))
    t.throws(() => loadLabelModel(value), { code: "FLM_SCHEMA" }, what);
});
