import { evaluate } from "@flamenco/sandbox/learning";
import {
  findOutliers,
  type OutlierModel,
  type Outliers,
  outlierModels,
  toFlagProbabilities,
} from "@flamenco/sandbox/outliers";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t, { type Test } from "tap";
import { outlierVectors } from "../learning/reference-vectors.js";

const { features, truth, lof, envelope, mcd, forest } = outlierVectors;
const table = (values: ArrayLike<number>, width: number) => ({
  rows: values.length / width,
  steps: 1,
  features: Array.from({ length: width }, (_, feature) => `f${feature}`),
  values: Float64Array.from(values),
});
const known = table(outlierVectors.values, features.length);
const flaggedOf = ({ flags }: Outliers) => [...flags.keys()].filter((row) => flags[row] === 1);
const overlap = (one: readonly number[], other: readonly number[]) =>
  one.filter((row) => other.includes(row)).length / new Set([...one, ...other]).size;
const difference = (scores: Float64Array, expected: readonly number[]) =>
  Math.max(...expected.map((score, row) => Math.abs(scores[row]! / score - 1)));

t.test("Local Outlier Factors are those of scikit-learn", async (t) => {
  const found = await findOutliers(known, { model: "lof", neighbors: 20, contamination: 0.1, scale: false, seed: 1 });
  t.ok(difference(found.scores, lof.scores) < 1e-5);
  t.same(flaggedOf(found), lof.flagged);
  const scaled = await findOutliers(known, { model: "lof", seed: 1 });
  const stretched = known.values.map((value, cell) => value * [1e6, 1e-3, 1, 7, 100][cell % 5]!);
  const other = await findOutliers({ ...known, values: stretched }, { model: "lof", seed: 1 });
  t.ok(difference(other.scores, [...scaled.scores]) < 1e-6, "units do not matter where features are scaled");
});

t.test("the Elliptic Envelope's distances and flags are those of scikit-learn", async (t) => {
  // Ends of FAST-MCD differ a little between starts; this seed finds the least determinant of 200 of scikit-learn's.
  const found = await findOutliers(known, { model: "envelope", contamination: 0.1, seed: 2 });
  // Ours divides by rows - 1, as the paper does, scikit-learn by rows.
  t.ok(difference(found.scores, envelope.scores) < 0.01, `differ by ${difference(found.scores, envelope.scores)}`);
  t.same(flaggedOf(found), envelope.flagged);
  const robust = await findOutliers(known, { model: "mcd", seed: 2 });
  t.ok(overlap(flaggedOf(robust), mcd.flagged) >= 0.95);
});

t.test("Isolation Forest scores and ranks as scikit-learn's", async (t) => {
  const found = await findOutliers(known, { model: "forest", trees: 500, contamination: 0.1, seed: 1 });
  t.ok(difference(found.scores, forest.scores) < 0.06, `scores differ by ${difference(found.scores, forest.scores)}`);
  t.ok(overlap(flaggedOf(found), forest.flagged) > 0.8);
  const { rocAuc, labels } = evaluate(toFlagProbabilities(found), truth, { labels: ["usual", "outlier"], seed: 1 });
  t.ok(Math.abs((rocAuc.value ?? 0) - forest.rocAuc) < 0.01);
  const right = flaggedOf(found).filter((row) => truth[row] === 1).length;
  t.equal(labels[1]?.precision.value, right / flaggedOf(found).length, "what is predicted is what is flagged");
});

/** A correlated cloud and, beyond a share of it, a tight far cluster, in more rows than one group of FastMCD. */
function drawContaminated(rows: number, share: number, seed: number) {
  const random = new SeededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());
  const values = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const [x, y, z] = [normal(), normal(), normal()];
    const isFar = row < share * rows;
    values.set(isFar ? [8 + 0.1 * x, -8 + 0.1 * y, 8 + 0.1 * z] : [x, 0.9 * x + 0.3 * y, 2 * z], row * 3);
  }
  return table(values, 3);
}

t.test("a cluster of 35 % outliers that masks itself to a plain covariance does not bend the robust one", async (t) => {
  for (const rows of [400, 2500]) {
    const found = await findOutliers(drawContaminated(rows, 0.35, 4), { model: "mcd", seed: 2 });
    const flagged = flaggedOf(found);
    t.ok(flagged.filter((row) => row < 0.35 * rows).length === 0.35 * rows, "the whole cluster");
    t.ok(flagged.filter((row) => row >= 0.35 * rows).length < 0.06 * rows, "and about 2.5 % of the rest");
  }
});

t.test("the same seed finds the same, and contamination is the share that is flagged", async (t) => {
  for (const model of outlierModels) {
    const find = (contamination: number) => findOutliers(known, { model, contamination, seed: 9 });
    t.same(await find(0.1), await find(0.1));
    for (const share of [0.02, 0.25]) t.equal(flaggedOf(await find(share)).length, share * known.rows, model);
  }
});

const each = (name: string, check: (t: Test, model: OutlierModel) => Promise<void>) =>
  t.test(name, async (t) => {
    for (const model of outlierModels) await check(t, model);
  });

each("missing values, constant tables, too few rows and an abort have codes", async (t, model) => {
  const find = (values: ArrayLike<number>, width: number, signal?: AbortSignal) =>
    findOutliers(table(values, width), { model, seed: 1, ...(signal === undefined ? {} : { signal }) });
  const holed = known.values.map((value, cell) => (cell === 7 ? Number.POSITIVE_INFINITY : value));
  await t.rejects(find(holed, 5), { code: "FLM_LEARN_MISSING", message: /1 of 300 rows have them, in f2\.$/ });
  await t.rejects(find(new Float64Array(100).fill(3), 5), { code: "FLM_LEARN_CONSTANT" });
  await t.rejects(find([1], 1), { code: "FLM_LEARN_FEW_ROWS" });
  if (model !== "forest") await t.rejects(find([1, 2, 3, 9], 4 - 2), { code: "FLM_LEARN_FEW_ROWS" });
  await t.rejects(find(known.values, 5, AbortSignal.abort()), { code: "FLM_INTERRUPTED" });
});

each(
  "columns that repeat, add up or hardly vary, and rows most of which are equal, give finite scores",
  async (t, model) => {
    const repeated = Float64Array.from({ length: 900 }, (_, cell) => {
      const [x, y] = [known.values[Math.floor(cell / 3) * 5]!, known.values[Math.floor(cell / 3) * 5 + 1]!];
      return [x, y, x + y][cell % 3]!;
    });
    const mostlyEqual = Float64Array.from({ length: 600 }, (_, cell) => (cell < 480 ? 5 : known.values[cell]!));
    for (const [values, width] of [
      [repeated, 3],
      [mostlyEqual, 2],
    ] as const) {
      const { scores, threshold } = await findOutliers(table(values, width), { model, seed: 1 });
      t.ok(scores.every(Number.isFinite) && Number.isFinite(threshold), `${model} on ${width} columns`);
    }
  },
);

t.test("neighbors beyond their ceiling are refused before memory is taken", async (t) => {
  const wide = table(
    new Float64Array(100_000).map((_, row) => row),
    1,
  );
  const found = findOutliers(wide, { model: "lof", neighbors: 1000, seed: 1 });
  await t.rejects(found, { code: "FLM_TOO_LARGE", message: /100000 rows of 1000 neighbors/ });
});
