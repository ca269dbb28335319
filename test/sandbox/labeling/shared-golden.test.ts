// The acceptance of the label models on every measured case, where the measurements lie beside the repository.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  buildHistogram,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type LabelModelOptions,
  predictPatterns,
} from "@flamenco/sandbox/labeling";
import t from "tap";
import { labelsOf, lfNamesOf, parseVotes } from "./golden-vector.js";

const folder = new URL("../../../../../shared/golden/", import.meta.url);
const absent = existsSync(folder) ? false : "the measured results are not beside the repository";
const cases = absent === false ? readdirSync(folder).filter((name) => /^g\d+_.*\.json$/.test(name)) : [];

const WEIGHT_TOLERANCE = 2e-5;
const PROBABILITY_TOLERANCE = 2e-4;
const EXACT_TOLERANCE = 1e-6;

interface Case {
  readonly rows: number[][];
  readonly options: Pick<LabelModelOptions, "labels" | "lfNames">;
  fit(options: Pick<LabelModelOptions, "model"> & Partial<LabelModelOptions>): FittedLabelModel;
}

function readCase(text: string, labelCount: number): Case {
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => parseVotes(line.split(",")[0]!));
  const lfCount = rows[0]!.length;
  const { histogram } = buildHistogram({ votes: Int8Array.from(rows.flat()), lfCount, labelCount });
  const options = { labels: labelsOf({ labelCount }), lfNames: lfNamesOf({ lfCount }) };
  return { rows, options, fit: (more) => fitLabelModel(histogram, { ...options, ...more }) };
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

/** Of known weights; a reference above 1 (FlyingSquid) counts as 1. */
const weightGap = (model: FittedLabelModel, expected: readonly (number | null)[]) =>
  largest(
    model.document.weights.map((weight, lf) =>
      weight === null || expected[lf] == null ? 0 : Math.abs(weight - Math.min(1, expected[lf])),
    ),
  );

/** Over the first rows; `expected` holds P(label 1) or all labels. Rows without a vote have no soft label. */
const softGap = (model: FittedLabelModel, rows: readonly number[][], expected: readonly (number | number[])[]) =>
  largest(
    expected.flatMap((shares, row) => {
      const soft = model.predictPattern(rows[row]!);
      if (soft === null) return [];
      return typeof shares === "number"
        ? [Math.abs(soft[1]! - shares)]
        : shares.map((share, label) => Math.abs(soft[label]! - share));
    }),
  );

t.test("the measured cases", { skip: absent }, async (t) => {
  for (const name of cases) {
    const golden = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    const { rows, fit } = readCase(readFileSync(new URL(name.replace(".json", ".csv"), folder), "utf8"), golden.k);
    const { runs, class_balance: classBalance } = golden.snorkel_label_model;
    const assertNear = (
      model: FittedLabelModel,
      weights: number[] | null,
      soft: (number | number[])[],
      what: string,
    ) => {
      const exact = model.document.model !== "moments";
      const gaps = [weights === null ? 0 : weightGap(model, weights), softGap(model, rows, soft)];
      const near =
        gaps[0]! <= (exact ? EXACT_TOLERANCE : WEIGHT_TOLERANCE) &&
        gaps[1]! <= (exact ? EXACT_TOLERANCE : PROBABILITY_TOLERANCE);
      t.ok(near, `${what} on ${name}: weights off by ${gaps[0]}, soft labels by ${gaps[1]}`);
    };
    const run = runs["10000"];
    assertNear(fit({ model: "moments", classBalance }), run.weights, run.proba_head, "moments");
    const em = golden.dawid_skene_REFERENCE_EM.abstain_as_symbol;
    assertNear(fit({ model: "em" }), null, em.proba_head, "em");
    if (golden.k > 2) continue;
    for (const tripletSummary of ["mean", "median"] as const) {
      const reference = golden.flyingsquid[`triplet_${tripletSummary}`];
      const model = fit({ model: "triplets", classBalance: golden.flyingsquid.class_balance, tripletSummary });
      assertNear(model, reference.acc_given_vote, reference.proba1_head_corrected_exponent, tripletSummary);
    }
    const { prior_half: even, prior_given: given } = golden.data_programming_REFERENCE_EM;
    assertNear(fit({ model: "one-coin" }), spread(even, golden.m), even.proba1_head, "one-coin, even");
    assertNear(fit({ model: "one-coin", classBalance }), spread(given, golden.m), given.proba1_head, "one-coin, given");
  }
});

/** The reference leaves out LFs that never vote. */
function spread({ lf_index, alpha }: { lf_index: number[]; alpha: number[] }, m: number): number[] {
  const weights = new Array<number>(m).fill(0);
  for (const [place, lf] of lf_index.entries()) weights[lf] = alpha[place]!;
  return weights;
}

t.test(
  "a rare label of unknown share does not mislead `auto`, which could have assumed an even one",
  { skip: absent },
  async (t) => {
    const lines = readFileSync(new URL("g05_m20_rare10.csv", folder), "utf8").trim().split("\n").slice(1);
    const rows = lines.map((line) => parseVotes(line.split(",")[0]!));
    const truth = Int8Array.from(lines, (line) => Number(line.split(",")[1]));
    const { histogram, patternOfRow } = buildHistogram({
      votes: Int8Array.from(rows.flat()),
      lfCount: 20,
      labelCount: 2,
    });
    const auto = fitLabelModel(histogram, {
      model: "auto",
      labels: ["benign", "attack"],
      lfNames: lfNamesOf({ lfCount: 20 }),
    });
    const labeled = histogramOf(patternOfRow, histogram, undefined, truth);
    const predictions = predictPatterns(auto, labeled);
    const right = predictions.reduce((sum, label, pattern) => sum + (labeled.truthCounts[pattern * 2 + label] ?? 0), 0);
    t.ok(right / rows.length > 0.98, `right on ${right} rows`);
  },
);
