import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import { fitClassifier, type LabelWeights, type Samples } from "@flamenco/sandbox/learning";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { benchLstm } from "./learning-lstm.js";
import { median, round } from "./timing.js";

const FEATURES = 20;
const TRAIN_ROWS = 100_000;
const TEST_ROWS = 20_000;
/** Rows that are near others are looked for among all training rows: fewer do. */
const NEIGHBOR_TEST_ROWS = 2_000;
const PAIRS = 2;

interface Contest {
  readonly spec: ClassifierSpec;
  readonly testRows: number;
  /** The same in scikit-learn, one thread. */
  readonly theirs: string;
}

const contests: readonly Contest[] = [
  {
    spec: { model: "forest", trees: 30 },
    testRows: TEST_ROWS,
    theirs: "RandomForestClassifier(30, random_state=seed)",
  },
  {
    spec: { model: "tree", depth: 12 },
    testRows: TEST_ROWS,
    theirs: "DecisionTreeClassifier(max_depth=12, random_state=seed)",
  },
  {
    spec: { model: "logistic" },
    testRows: TEST_ROWS,
    theirs: "make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))",
  },
  {
    spec: { model: "knn" },
    testRows: NEIGHBOR_TEST_ROWS,
    theirs: "make_pipeline(StandardScaler(), KNeighborsClassifier(5))",
  },
];

interface Run {
  readonly fitSeconds: number;
  readonly predictSeconds: number;
  readonly accuracy: number;
}

/** Classifiers on 100,000 x 20 beside scikit-learn where it is installed, in pairs; then networks, by backend. */
export async function benchLearning(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-bench-"));
  try {
    const data = drawData();
    await writeFile(join(folder, "values"), new Uint8Array(data.samples.values.buffer));
    await writeFile(join(folder, "truth"), data.truth);
    const python = findPython();
    const classifiers = [];
    for (const contest of contests) {
      const [ours, theirs]: [Run[], Run[]] = [[], []];
      for (let pair = 1; pair <= PAIRS; pair++) {
        ours.push(await runOurs(contest, data, pair));
        if (python !== null) theirs.push(runTheirs(contest, python, folder, pair));
      }
      classifiers.push({ ...contest.spec, ...compare(ours, theirs) });
    }
    return {
      rows: TRAIN_ROWS,
      features: FEATURES,
      scikitLearn:
        python === null ? "not installed (Debian: apt-get install python3-sklearn); ratios left out" : "found",
      classifiers,
      lstm: await benchLstm(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Data {
  readonly samples: Samples;
  readonly labels: LabelWeights;
  readonly truth: Uint8Array;
}

/** A label that depends on products and thresholds of some features; 5 % of labels are wrong. */
function drawData(): Data {
  const random = new SeededRandom(20);
  const rows = TRAIN_ROWS + TEST_ROWS;
  const values = new Float64Array(rows * FEATURES);
  const truth = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = values.subarray(row * FEATURES, (row + 1) * FEATURES);
    for (let feature = 0; feature < FEATURES; feature++) {
      x[feature] = random.nextFloat() + random.nextFloat() + random.nextFloat() - 1.5;
    }
    const score = x[0]! + 2 * x[1]! * x[2]! + (x[3]! > 0.2 ? x[4]! : -x[5]!) + 0.5 * x[6]!;
    truth[row] = score > 0 !== random.nextFloat() < 0.05 ? 1 : 0;
  }
  const weights = new Float64Array(2 * rows);
  for (const [row, label] of truth.entries()) weights[2 * row + label] = 1;
  const features = Array.from({ length: FEATURES }, (_, feature) => `f${feature}`);
  return { samples: { rows, steps: 1, features, values }, labels: { labelCount: 2, weights }, truth };
}

async function runOurs({ spec, testRows }: Contest, { samples, labels, truth }: Data, seed: number): Promise<Run> {
  const train = Int32Array.from({ length: TRAIN_ROWS }, (_, row) => row);
  const test = Int32Array.from({ length: testRows }, (_, row) => TRAIN_ROWS + row);
  const start = performance.now();
  const classifier = await fitClassifier(spec, samples, labels, train, { seed });
  const fitted = performance.now();
  const probabilities = classifier.predict(samples, test);
  const end = performance.now();
  const right = test.reduce(
    (sum, row, index) => sum + (Number(probabilities[2 * index + 1]! > 0.5) === truth[row] ? 1 : 0),
    0,
  );
  return { fitSeconds: (fitted - start) / 1000, predictSeconds: (end - fitted) / 1000, accuracy: right / testRows };
}

const SCRIPT = `
import sys, json, time
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
folder, code, seed, train, test, width = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
x = np.fromfile(folder + "/values", dtype="<f8").reshape(-1, width)
y = np.fromfile(folder + "/truth", dtype="u1")
model = eval(code)
start = time.perf_counter()
model.fit(x[:train], y[:train])
fitted = time.perf_counter()
accuracy = model.score(x[train:train + test], y[train:train + test])
print(json.dumps({"fitSeconds": fitted - start, "predictSeconds": time.perf_counter() - fitted, "accuracy": accuracy}))
`;

/** The first Python with scikit-learn: a version manager's may hide Debian's. */
function findPython(): string | null {
  const hasSklearn = (python: string): boolean => spawnSync(python, ["-c", "import sklearn"]).status === 0;
  return ["python3", "/usr/bin/python3"].find(hasSklearn) ?? null;
}

function runTheirs({ theirs, testRows }: Contest, python: string, folder: string, seed: number): Run {
  const numbers = [seed, TRAIN_ROWS, testRows, FEATURES].map(String);
  // One thread, as ours has.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { status, stdout, stderr } = spawnSync(python, ["-c", SCRIPT, folder, theirs, ...numbers], {
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`scikit-learn failed: ${stderr}`);
  return JSON.parse(stdout) as Run;
}

function compare(ours: readonly Run[], theirs: readonly Run[]): object {
  const summarize = (runs: readonly Run[]): object | null =>
    runs.length === 0
      ? null
      : {
          fitSeconds: round(median(runs.map(({ fitSeconds }) => fitSeconds))),
          predictSeconds: round(median(runs.map(({ predictSeconds }) => predictSeconds))),
          accuracy: round(median(runs.map(({ accuracy }) => accuracy))),
        };
  const total = ({ fitSeconds, predictSeconds }: Run): number => fitSeconds + predictSeconds;
  const ratios = theirs.map((run, pair) => total(run) / total(ours[pair]!));
  return {
    ours: summarize(ours),
    scikitLearn: summarize(theirs),
    /** Above 1 ours is faster; fit and prediction together. */
    timesFaster: ratios.length === 0 ? null : round(median(ratios)),
  };
}
