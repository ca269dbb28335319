import type { WorkerJob } from "@flamenco/policies/wire";
import { launchWorker } from "@flamenco/sandbox/worker";
import t from "tap";
import { makeFlows, splitFixture, writeDatasetFixture } from "../../support/dataset-fixture.js";
import { jobFor } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

const run = (job: WorkerJob) => launchWorker({ job, limits: { deadlineSeconds: 60, memoryMegabytes: 2048 } }).result;
const flows = makeFlows(1_000);
const split = { train: 600, validation: 150, test: 250 };

t.test("a run uses the split that the dataset was prepared with", async (t) => {
  const fixture = await splitFixture(
    await writeDatasetFixture(t.testdir(), flows),
    "CASE WHEN rowid < 600 THEN 0 WHEN rowid < 750 THEN 1 ELSE 2 END",
    split,
  );
  const { outputs } = await run(jobFor(fixture));
  t.equal(outputs.labelModel?.trainingRows, split.train);
  t.equal(outputs.metrics?.rows, split.test);
});

t.test("a part that is none is refused", async (t) => {
  for (const part of ["3", "NULL"]) {
    const fixture = await splitFixture(await writeDatasetFixture(`${t.testdirName}/${part}`, flows), part, split);
    t.match(await run(jobFor(fixture)).catch((error) => error), { code: "FLM_DATASET_CORRUPT" }, part);
  }
});
