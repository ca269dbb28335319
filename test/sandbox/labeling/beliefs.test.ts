import { fitLabelModel, type LabelModelOptions } from "@flamenco/sandbox/labeling";
import t from "tap";
import { generateVotes, withoutTruth } from "./generated-votes.js";

const labels = ["benign", "attack"];
const lfs = [
  { accuracy: 0.9, coverage: 0.8 },
  { accuracy: 0.8, coverage: 0.7 },
  { accuracy: 0.7, coverage: 0.9 },
  { accuracy: 0.65, coverage: 0.5 },
];
const lfNames = lfs.map((_, lf) => `lf${lf}`);
const learning = ["moments", "triplets", "em", "one-coin"] as const;
const rows = generateVotes(2_000, lfs, 41);
const fit = (options: Partial<LabelModelOptions> & Pick<LabelModelOptions, "model">) =>
  fitLabelModel(withoutTruth(rows), { labels, lfNames, classBalance: [0.5, 0.5], ...options });

for (const model of learning) {
  t.test(`${model}: a prior moves the weight of its LF towards it, by its strength`, async (t) => {
    const weights = [0, 100, 10_000, 1e9].map((strength) => {
      const priors = [null, null, null, strength === 0 ? null : { mean: 0.95, strength }];
      return fit({ model, priors }).document.weights[3]!;
    });
    t.ok(
      weights.every((weight, index) => index === 0 || weight > weights[index - 1]!),
      weights.join(" < "),
    );
    t.ok(Math.abs(weights.at(-1)! - 0.95) < 1e-3, "a very strong one decides");
  });

  t.test(`${model}: labeled rows are counted beside the others`, async (t) => {
    const misled = fit({ model }).document.weights[3]!;
    // Rows on which the weakest LF is always right.
    const perfect = generateVotes(2_000, [...lfs.slice(0, 3), { accuracy: 1, coverage: 0.5 }], 42);
    const told = fit({ model, validation: perfect }).document.weights[3]!;
    t.ok(told > misled + 0.05, `${misled} became ${told}`);
    t.ok(told < 0.99, "softly: the votes still count");
  });

  t.test(`${model}: priors of 0 and 1, however strong, leave numbers that are numbers`, async (t) => {
    for (const mean of [0, 1]) {
      const { document, predictPattern } = fit({ model, priors: lfs.map(() => ({ mean, strength: 1e9 })) });
      t.ok(document.weights.every((weight) => Math.abs(weight! - mean) < 1e-3));
      const soft = predictPattern([0, 1, 0, -1])!;
      t.ok(soft.every((share) => share >= 0 && share <= 1) && Math.abs(soft[0]! + soft[1]! - 1) < 1e-12, `${soft}`);
    }
  });
}

t.test("without priors and labeled rows a fit is the same bit for bit as with none of either", async (t) => {
  for (const model of learning) {
    const none = fit({ model, priors: lfs.map(() => null) });
    t.strictSame(none.document, fit({ model }).document);
  }
});

t.test("one LF: its prior is its weight, and its soft label", async (t) => {
  const single = generateVotes(500, [{ accuracy: 0.9, coverage: 0.5 }], 43);
  const options = { labels, lfNames: ["only"], classBalance: [0.5, 0.5], priors: [{ mean: 0.85, strength: 3 }] };
  const { document, predictPattern } = fitLabelModel(withoutTruth(single), { model: "auto", ...options });
  t.match(document, { model: "validated", identified: false });
  t.ok(Math.abs(document.weights[0]! - 0.85) < 1e-12);
  t.ok(Math.abs(predictPattern([1])![1]! - 0.85) < 1e-12);
});

t.test("priors that the votes contradict are named, others are not", async (t) => {
  const twins = generateVotes(1_000, [{ accuracy: 0.9, coverage: 1 }, { accuracy: 0.95, coverage: 1 }, lfs[2]!], 44);
  const warn = (first: number, second: number) =>
    fitLabelModel(withoutTruth(twins), {
      model: "em",
      labels,
      lfNames: ["a", "b", "c"],
      priors: [{ mean: first, strength: 10 }, { mean: second, strength: 10 }, null],
    }).document.warnings.join(" ");
  t.match(warn(0.95, 0.1), /priors of a \(0\.95\) and b \(0\.1\) contradict each other/);
  t.notMatch(warn(0.9, 0.95), /contradict/);
  t.match(fit({ model: "majority", priors: [{ mean: 0.9, strength: 10 }, null, null, null] }).document.warnings, [
    /no weights/,
    /uses no priors/,
  ]);
});

t.test("a prior that is none is refused", async (t) => {
  for (const prior of [
    { mean: 1.1, strength: 1 },
    { mean: Number.NaN, strength: 1 },
    { mean: 0.5, strength: 0 },
    { mean: 0.5, strength: Number.POSITIVE_INFINITY },
  ]) {
    t.throws(() => fit({ model: "em", priors: [prior, null, null, null] }), { code: "FLM_SCHEMA" });
  }
  t.throws(() => fit({ model: "em", priors: [null] }), { code: "FLM_SCHEMA" }, "and so is a list of another length");
});
