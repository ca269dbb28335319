import {
  binTable,
  binValues,
  findLeaf,
  fitForest,
  fitTree,
  permutationImportance,
  predictForest,
} from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import t from "tap";

const random = (seed: number) => new SeededRandom(seed);
const hard = (truth: readonly number[], labelCount = 2) => {
  const weights = new Float64Array(truth.length * labelCount);
  for (const [row, label] of truth.entries()) weights[row * labelCount + label] = 1;
  return { labelCount, weights };
};
const all = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);
const columns = (values: Record<string, readonly number[]>) =>
  new Map(Object.entries(values).map(([name, list]) => [name, Float64Array.from(list)]));

t.test("bins keep the order of values, missing ones apart and infinite ones where they belong", async (t) => {
  const values = [3, Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
  const [feature] = binTable(columns({ x: values })).features;
  if (feature === undefined) throw new Error("no feature");
  t.same([...binValues(feature, Float64Array.from(values))], [4, 0, 2, 2, 5, 1, 3]);
  t.same(
    [...binValues(feature, Float64Array.of(-1e9, 2, 1e300))],
    [1, 4, 4],
    "values not seen before go to the nearer bin",
  );
  const many = binTable(columns({ x: Array.from({ length: 5000 }, (_, i) => Math.sin(i)) }));
  t.ok((many.features[0]?.edges.length ?? 0) <= 255);
  t.ok(new Set(many.cells[0]).size > 250, "quantiles fill the bins");
  t.same([...(binTable(columns({ x: [Number.NaN, Number.NaN] })).cells[0] ?? [])], [0, 0]);
});

t.test("a tree splits where the Gini impurity falls most, and finds an interval with two splits", async (t) => {
  const x = Array.from({ length: 100 }, (_, i) => i);
  const table = binTable(columns({ noise: x.map((i) => (i * 37) % 100), x }));
  const labels = hard(x.map((i) => (i >= 30 && i < 60 ? 1 : 0)));
  const tree = fitTree(table, labels, all(100), { depth: 2, leafRows: 1, random: random(1) });
  t.same(
    [...tree.feature].filter((feature) => feature >= 0),
    [1, 1],
  );
  for (const row of x) {
    const leaf = findLeaf(tree, table.cells, row);
    t.equal(tree.shares[leaf * 2 + 1], row >= 30 && row < 60 ? 1 : 0);
  }
});

t.test("ends of a tree: depth, smallest leaves, pure and constant rows", async (t) => {
  const table = binTable(columns({ x: [1, 2, 3, 4, 5, 6] }));
  const labels = hard([0, 1, 0, 1, 0, 1]);
  const fit = (depth: number, leafRows: number, known = labels) =>
    fitTree(table, known, all(6), { depth, leafRows, random: random(1) });
  t.equal(fit(0, 1).feature.length, 1);
  t.same([...fit(0, 1).shares], [0.5, 0.5]);
  t.ok([...fit(9, 3).feature].filter((feature) => feature < 0).length <= 2);
  const [lonelyLeft, lonelyRight] = [fit(1, 3, hard([1, 0, 0, 0, 0, 0])), fit(1, 3, hard([0, 0, 0, 0, 0, 1]))];
  t.same([lonelyLeft.bin[0], lonelyRight.bin[0]], [3, 3], "a split leaves three rows on either side");
  t.equal(fit(9, 1, hard([1, 1, 1, 1, 1, 1])).feature.length, 1);
  const constant = binTable(columns({ x: [7, 7, 7, 7] }));
  t.equal(
    fitTree(constant, hard([0, 1, 0, 1]), all(4), { depth: 9, leafRows: 1, random: random(1) }).feature.length,
    1,
  );
});

t.test("missing values are a value of their own to a tree", async (t) => {
  const table = binTable(columns({ x: [Number.NaN, Number.NaN, 1, 2, 3, 4] }));
  const tree = fitTree(table, hard([1, 1, 0, 0, 0, 0]), all(6), { depth: 3, leafRows: 1, random: random(1) });
  t.same(tree.feature.length, 3);
  t.equal(tree.shares[findLeaf(tree, table.cells, 0) * 2 + 1], 1);
});

t.test("soft labels teach like as many hard ones", async (t) => {
  const table = binTable(columns({ x: [1, 2, 3, 4] }));
  const weights = Float64Array.from([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.1, 0.9]);
  const tree = fitTree(table, { labelCount: 2, weights }, all(4), { depth: 1, leafRows: 1, random: random(1) });
  t.equal(tree.bin[0], 2);
  t.same(
    [...tree.shares].map((share) => Math.round(share * 1e9) / 1e9),
    [0.525, 0.475, 0.85, 0.15, 0.2, 0.8],
  );
});

/** Three labels in a plane with noise beside it. */
function plane(rows: number, seed: number) {
  const numbers = random(seed);
  const draw = () => Float64Array.from({ length: rows }, () => numbers.nextFloat());
  const [a, b, noise] = [draw(), draw(), draw()];
  const truth = Array.from(a, (value, row) => (value < 0.4 ? 0 : b[row]! < 0.5 ? 1 : 2));
  return {
    columns: new Map([
      ["a", a],
      ["b", b],
      ["noise", noise],
    ]),
    labels: hard(truth, 3),
    truth,
  };
}

t.test("a forest predicts rows that it has not seen, alike for the same seed only", async (t) => {
  const train = plane(1500, 1);
  const table = binTable(train.columns);
  const fit = (seed: number) =>
    fitForest(table, train.labels, all(1500), { trees: 20, depth: 8, leafRows: 3, random: random(seed) });
  const forest = fit(3);
  const test = plane(1000, 2);
  const cells = binTable(test.columns, forest.features).cells;
  const probabilities = predictForest(forest, cells, all(1000));
  let right = 0;
  for (const [row, label] of test.truth.entries()) {
    const soft = probabilities.subarray(row * 3, row * 3 + 3);
    t.ok(Math.abs(soft.reduce((sum, share) => sum + share, 0) - 1) < 1e-9 || row > 5);
    if (soft.indexOf(Math.max(...soft)) === label) right += 1;
  }
  t.ok(right > 970, `${right} of 1000 are right`);
  t.same(predictForest(fit(3), cells, all(50)), probabilities.subarray(0, 150));
  t.notSame(predictForest(fit(4), cells, all(50)), probabilities.subarray(0, 150));
});

t.test("permutation importance ranks what decides above what does not", async (t) => {
  const { columns, labels } = plane(3000, 5);
  const table = binTable(columns);
  const train = all(3000).filter((row) => row < 2000);
  const validation = all(3000).filter((row) => row >= 2000);
  const forest = fitForest(table, labels, train, { trees: 30, depth: 8, leafRows: 3, random: random(1) });
  const importance = (rows: Int32Array) =>
    permutationImportance(forest, table, labels, rows, { repeats: 2, random: random(2) });
  const [a = 0, b = 0, noise = 0] = importance(validation);
  t.ok(a > b && b > 0.1, `${a} ${b}`);
  t.ok(Math.abs(noise) < 0.01, `${noise}`);
  t.same([...importance(new Int32Array(0))], [0, 0, 0], "no rows, no rise");
});
