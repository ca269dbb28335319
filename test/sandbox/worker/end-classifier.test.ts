import type { ClassifierSpec, Metrics, Progress, WorkerJob } from "@flamenco/policies/wire";
import { launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import {
  type DatasetFixture,
  divideIntoSegments,
  makeFlows,
  repeatRows,
  writeDatasetFixture,
} from "../../support/dataset-fixture.js";
import { jobFor } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const limits = { deadlineSeconds: 120, memoryMegabytes: 2048 };
const run = (job: WorkerJob, onProgress: (progress: Progress) => void = () => {}) =>
  launchWorker({ job, limits, onProgress }).result;
const measure = async (fixture: DatasetFixture, endClassifier: ClassifierSpec, change: Partial<WorkerJob> = {}) => {
  const { outputs } = await run(jobFor(fixture, { endClassifier, outputs: ["metrics"], ...change }));
  t.same(Object.keys(outputs), ["metrics"], "metrics alone leave");
  return outputs.metrics as Metrics;
};
const quick = { model: "lstm", units: 4, steps: 3, epochs: 2, batch: 256 } as const;

t.test("a forest learns from soft labels behind the walls, and is compared with label model and tree", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(3_000));
  const progress: Progress[] = [];
  const job = jobFor(fixture, { endClassifier: { model: "forest", trees: 20 } });
  const metrics = (await run(job, (step) => progress.push(step))).outputs.metrics as Metrics;
  t.match(metrics.endClassifierFit, { model: "forest", backend: "own", steps: 1, testRows: metrics.rows });
  const { trainingRows = 0, features = [] } = metrics.endClassifierFit ?? {};
  t.ok(trainingRows > 1_000 && trainingRows < 1_920, `training rows with a vote: ${trainingRows}`);
  t.ok(features.includes("flowIatMean"), "a number that no labeling function reads");
  t.notOk(features.some((name) => ["srcAddr", "__truth", "__split"].includes(name)));
  t.ok((metrics.endClassifier?.macroF1 ?? 0) > 0.7, `${metrics.endClassifier?.macroF1}`);
  t.equal(metrics.endClassifier?.coverage, 1, "every row has a prediction, voted on or not");
  t.same(metrics.predictors, ["labelModel", "endClassifier", "tree", "exactTree"]);
  const differences = metrics.differences as number[][];
  for (const [one, row] of differences.entries()) {
    for (const [other, share] of row.entries()) {
      t.equal(share, differences[other]?.[one]);
      t.ok(one === other ? share === 0 : share >= 0 && share <= 1);
    }
  }
  const own = progress.filter(({ stage }) => stage === "endClassifier");
  t.equal(own.at(-1)?.done, own.at(-1)?.total);
});

t.test("an LSTM is trained in WebAssembly behind the walls, on sequences that stay in their segment", async (t) => {
  const flows = makeFlows(900);
  const fixture = await writeDatasetFixture(t.testdir(), flows);
  const { statistics } = fixture.manifest;
  const segmented = await divideIntoSegments(fixture, "rowid % 2", [statistics, statistics]);
  const first = await measure(segmented, quick);
  t.match(first.endClassifierFit, { model: "lstm", backend: "wasm", steps: 3 });
  t.ok(first.endClassifier !== null);
  const whole = await writeDatasetFixture(`${t.testdirName}/whole`, flows);
  t.notSame((await measure(whole, quick)).endClassifier, first.endClassifier, "other neighbors, other sequences");
});

t.test("the number of threads changes nothing; of many rows a sample is learned from and predicted", async (t) => {
  const fixture = await repeatRows(await writeDatasetFixture(t.testdir(), makeFlows(2_500)), 590);
  const spec = { model: "tree", depth: 4 } as const;
  const one = await measure(fixture, spec, { threads: 1 });
  t.same(await measure(fixture, spec, { threads: 2 }), one);
  t.equal(one.endClassifierFit?.trainingRows, 20_000);
  t.equal(one.endClassifierFit?.testRows, 50_000);
  t.ok(one.reasons.some((reason) => /predicted 50000 of \d+ test rows, a random sample/.test(reason)));
});

t.test("without ground truth there are differences and no scores", async (t) => {
  const { rows } = makeFlows(600);
  const metrics = await measure(await writeDatasetFixture(t.testdir(), { rows }), { model: "logistic" });
  t.equal(metrics.endClassifier, null);
  t.match(metrics.endClassifierFit, { model: "logistic" });
  t.ok(typeof metrics.differences?.[0]?.[1] === "number");
});

t.test("what the data do not allow is a reason, and the rest of the run stands", async (t) => {
  const columns = ["srcPort", "protocol", "averagePacketSize", "bytesPerPacket", "flowIatMin"];
  const none = await measure(await writeDatasetFixture(t.testdir(), { rows: [], columns }), { model: "mlp" });
  t.equal(none.endClassifier, null);
  t.equal(none.endClassifierFit, undefined);
  t.match(none.reasons.join(" "), /There is no end classifier\./);
});

t.test("missing values of every sort are read as the median; points in time are not read", async (t) => {
  const flows = makeFlows(400);
  const rows = flows.rows.map((row, index) => ({
    ...row,
    packetsPerSecond: null,
    bytes: index % 2 === 0 ? (row.bytes ?? null) : null,
    startTimeMs: 1_700_000_000_000 + index,
  }));
  const columns = [...Object.keys(flows.rows[0] ?? {}), "packetsPerSecond", "startTimeMs"];
  const fixture = await writeDatasetFixture(t.testdir(), { ...flows, rows, columns });
  const { endClassifier, endClassifierFit } = await measure(fixture, { model: "knn", neighbors: 5 });
  t.ok(endClassifierFit?.features.includes("packetsPerSecond"), "a column without a value");
  t.notOk(endClassifierFit?.features.includes("startTimeMs"));
  t.ok((endClassifier?.accuracy ?? 0) > 0.6);
});

t.test("settings that are none are refused before a worker starts", async (t) => {
  const fixture = await writeDatasetFixture(t.testdir(), makeFlows(50));
  for (const hostile of [
    { model: "oracle" },
    { model: "mlp", hidden: [1e9] },
    { model: "lstm", units: 4, load: "/etc/passwd" },
    { model: "tree", depth: Number.NaN },
  ]) {
    await t.rejects(run(jobFor(fixture, { endClassifier: hostile as ClassifierSpec })), { code: "FLM_SCHEMA" });
  }
});
