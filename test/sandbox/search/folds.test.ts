import { heldOutFold, stratifiedFolds, timeFolds } from "@flamenco/sandbox/search";
import t from "tap";

const names = ["benign", "attack", "scan", "flood"];
const known = (truth: readonly number[], labels = 2) => ({
  labels: names.slice(0, labels),
  truth: Int32Array.from(truth),
});
const ofCounts = (counts: readonly number[]) =>
  known(
    counts.flatMap((count, label) => new Array<number>(count).fill(label)),
    counts.length,
  );
const all = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);
const alternating = (rows: number) => known(Array.from(all(rows), (row) => row % 2));

t.test("stratified folds hold as many rows of each label as scikit-learn's", async (t) => {
  // StratifiedKFold(k, shuffle=True) of scikit-learn 1.2.1 on rows sorted by label: rows of each label that a fold tests.
  const reference = [
    [
      [11, 5, 7],
      [
        [4, 2, 2],
        [4, 1, 3],
        [3, 2, 2],
      ],
    ],
    [
      [9, 4],
      [
        [3, 1],
        [2, 1],
        [2, 1],
        [2, 1],
      ],
    ],
    [
      [13, 10, 6, 3],
      [
        [5, 3, 2, 1],
        [4, 4, 2, 1],
        [4, 3, 2, 1],
      ],
    ],
  ] as const;
  for (const [counts, expected] of reference) {
    const labels = ofCounts(counts);
    const rows = all(labels.truth.length);
    const folds = stratifiedFolds(rows, labels, expected.length, 7);
    t.same(
      folds.map(({ test }) => counts.map((_, label) => test.filter((row) => labels.truth[row] === label).length)),
      expected,
    );
    t.same(
      folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b),
      [...rows],
      "each row is tested once",
    );
    for (const { train, test } of folds) {
      t.same(
        [...train, ...test].sort((a, b) => a - b),
        [...rows],
        "and trains everywhere else",
      );
    }
  }
});

t.test("stratified folds depend on the seed, and on nothing else", async (t) => {
  const labels = alternating(40);
  const draw = (seed: number) => stratifiedFolds(all(40), labels, 4, seed).map(({ test }) => [...test]);
  t.same(draw(3), draw(3));
  t.notSame(draw(3), draw(4));
  t.notSame(draw(3)[0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "rows are shuffled");
});

t.test("folds divide the rows that they are given, wherever these stand", async (t) => {
  const labels = alternating(100);
  const rows = all(100).filter((row) => row % 3 === 0);
  const folds = stratifiedFolds(rows, labels, 3, 1);
  t.same(
    folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b),
    [...rows],
  );
});

t.test(
  "folds in time order are scikit-learn's TimeSeriesSplit: what is tested comes after what was learned",
  async (t) => {
    // TimeSeriesSplit(k) of scikit-learn 1.2.1: training rows, first and last tested row.
    const reference = [
      [
        23,
        [
          [8, 8, 10],
          [11, 11, 13],
          [14, 14, 16],
          [17, 17, 19],
          [20, 20, 22],
        ],
      ],
      [
        8,
        [
          [2, 2, 3],
          [4, 4, 5],
          [6, 6, 7],
        ],
      ],
      [
        100,
        [
          [20, 20, 39],
          [40, 40, 59],
          [60, 60, 79],
          [80, 80, 99],
        ],
      ],
    ] as const;
    for (const [rows, expected] of reference) {
      const folds = timeFolds(all(rows), alternating(rows), expected.length);
      t.same(
        folds.map(({ train, test }) => [train.length, test[0], test.at(-1)]),
        expected,
      );
      for (const { train } of folds) t.same([...train], [...all(train.length)]);
    }
    const turned = all(8).reverse();
    t.same(
      timeFolds(turned, alternating(8), 3).map(({ test }) => [...test]),
      [
        [5, 4],
        [3, 2],
        [1, 0],
      ],
      "rows in the order given",
    );
  },
);

t.test("one fold of rows held out", async (t) => {
  const rows = all(10);
  t.same(heldOutFold(rows.slice(0, 6), rows.slice(6), alternating(10)), [
    { train: rows.slice(0, 6), test: rows.slice(6) },
  ]);
  t.throws(() => heldOutFold(rows, rows.slice(0, 0), alternating(10)), { code: "FLM_LEARN_FEW_ROWS" });
  t.throws(() => heldOutFold(rows, rows.slice(0, 1), alternating(10)), {
    code: "FLM_LEARN_FOLD",
    message: /Ask for stratified folds of training rows, or split anew/,
  });
});

t.test("folds that cannot be are refused, in words that say what lacks", async (t) => {
  t.throws(() => stratifiedFolds(all(3), alternating(3), 5, 1), {
    code: "FLM_LEARN_FEW_ROWS",
    message: /3 training rows cannot make 5/,
  });
  t.throws(() => timeFolds(all(5), alternating(5), 5), { code: "FLM_LEARN_FEW_ROWS", message: /at least 6/ });
  t.throws(() => stratifiedFolds(all(12), ofCounts([9, 3]), 4, 1), {
    code: "FLM_LEARN_FOLD",
    message: /Only 3 training rows are attack/,
  });
  t.throws(() => timeFolds(all(24), ofCounts([12, 12]), 3), {
    code: "FLM_LEARN_FOLD",
    message: /fold 1 of 3 in time order.*6 training rows is attack/,
  });
  const lateBenign = known([0, 1, 0, 1, 0, 1, 1, 1]);
  t.throws(() => timeFolds(all(8), lateBenign, 3), {
    code: "FLM_LEARN_FOLD",
    message: /fold 3 of 3.*2 scored rows is benign/,
  });
  for (const folds of [0, 1, 2.5, 51, Number.NaN]) {
    t.throws(() => stratifiedFolds(all(200), alternating(200), folds, 1), { code: "FLM_USAGE" });
    t.throws(() => timeFolds(all(200), alternating(200), folds), { code: "FLM_USAGE" });
  }
});
