import type { WorkerJob } from "@flamenco/policies/wire";
import { launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import { makeFlows, repeatRows, replacePartition, writeDatasetFixture } from "../../support/dataset-fixture.js";
import { jobFor } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const run = (job: WorkerJob) => launchWorker({ job, limits: { deadlineSeconds: 60, memoryMegabytes: 2048 } }).result;

const flows = makeFlows(3_000);

t.test("the same rows in other partitions give the same outputs", async (t) => {
  const one = await writeDatasetFixture(t.testdir(), flows);
  const many = await writeDatasetFixture(`${t.testdirName}/many`, { ...flows, partitionRows: 333 });
  t.same((await run(jobFor(many))).outputs, (await run(jobFor(one))).outputs);
});

t.test("many rows give the same outputs with any number of threads and in any partitions", async (t) => {
  const fewFlows = makeFlows(2_500);
  const many = async (name: string, partitions: number) =>
    repeatRows(await writeDatasetFixture(`${t.testdirName}/${name}`, fewFlows), 900, partitions);
  t.testdir();
  const fixture = await many("one", 1);
  const rows = fixture.manifest.rows;
  t.ok(rows > 9 * 245_760, "chunks enough for three threads");
  const first = await run(jobFor(fixture, { threads: 1 }));
  t.equal(first.rows, rows);
  t.equal(first.outputs.analysis?.rows, rows);
  t.equal(first.outputs.analysis?.labeledRows, rows);
  // Each chunk is split by itself, whole rows nearest to the shares.
  const near = (found: number | undefined, share: number) => Math.abs((found ?? 0) - share * rows) < 10;
  t.ok(near(first.outputs.labelModel?.trainingRows, 0.64), "training rows");
  t.ok(near(first.outputs.metrics?.rows, 0.2), "test rows");
  for (const threads of [2, 3]) t.same((await run(jobFor(fixture, { threads }))).outputs, first.outputs, `${threads}`);
  t.same((await run(jobFor(await many("ten", 10), { threads: 2 }))).outputs, first.outputs, "ten partitions");
});

t.test("what a thread cannot do is told as if there were one", async (t) => {
  const fixture = await repeatRows(await writeDatasetFixture(t.testdir(), makeFlows(2_500)), 900);
  const altered = await replacePartition(fixture, "SELECT * REPLACE ('CANARY-7' AS srcPort) FROM flows");
  for (const threads of [1, 2]) {
    const error = await run(jobFor(altered, { threads })).catch((thrown) => thrown);
    t.match(error, { code: "FLM_DATASET_CORRUPT" }, `${threads}`);
    t.notOk(`${error.message}${error.stack}`.includes("CANARY"));
  }
});
