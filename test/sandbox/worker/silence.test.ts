import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { WorkerJob } from "@flamenco/policies/wire";
import { FILTER_DESCRIPTOR, prepareCommand, sendFilter, workerProgram } from "@flamenco/sandbox/worker";
import t from "tap";
import {
  type DatasetFixture,
  makeFlows,
  replacePartition,
  writeDatasetFixture,
} from "../../support/dataset-fixture.js";
import { jobFor, jobPackage } from "../../support/lf-sources.js";

// Processes start slowly on a busy machine; nothing here asserts how long.
t.setTimeout(300_000);

/** Values that no byte of a worker may show, in the forms in which text and numbers could turn up. */
const canaryText = "CANARY-203-0-113-66";
const canaryNumber = 918273645;

/** Every byte that a worker emits for an input line, with the streams that are discarded otherwise. */
async function captureWorker(line: string, directory: string) {
  const {
    file,
    arguments: rest,
    environment,
    filter,
  } = await prepareCommand(workerProgram(), directory, 1, {
    deadlineSeconds: 60,
    memoryMegabytes: 1024,
  });
  const worker = spawn(file, rest, {
    cwd: "/",
    env: environment as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  sendFilter(worker.stdio[FILTER_DESCRIPTOR] as Writable, filter);
  const collected = ["", "", ""];
  const streams = [worker.stdout, worker.stderr, worker.stdio[3] as Readable];
  const final = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
    for (const [index, stream] of streams.entries()) {
      stream?.on("data", (bytes) => {
        collected[index] += String(bytes);
        if (/"type":"(failed|outputs)"/.test(collected[2] as string)) resolve();
      });
    }
  });
  worker.stdin?.write(line);
  await final;
  const closed = new Promise((resolve) => worker.once("close", resolve));
  worker.kill("SIGKILL");
  await closed;
  const messages =
    collected[2]
      ?.trim()
      .split("\n")
      .map((text) => JSON.parse(text)) ?? [];
  return { bytes: collected.join("\n"), standard: `${collected[0]}${collected[1]}`, last: messages.at(-1) };
}

async function canaryFixture(directory: string): Promise<DatasetFixture> {
  const { rows, truth } = makeFlows(100);
  const marked = rows.map((row) => ({ ...row, srcAddr: canaryText, bytes: canaryNumber }));
  return writeDatasetFixture(directory, { rows: marked, truth });
}

const readsAddress = jobPackage(
  "wien/hosts",
  `import { ABSTAIN, type Flow } from "@flamenco/lf";
/** Hosts. */
export function host(flow: Flow) { return flow.srcAddr === "10.0.0.1" && flow.packets >= 3 ? "attack" : ABSTAIN; }
`,
);

type Failure = (fixture: DatasetFixture) => Promise<string>;
const line = (job: WorkerJob): string => `${JSON.stringify(job)}\n`;
const addressJob = (fixture: DatasetFixture) =>
  line(jobFor(fixture, { packages: [readsAddress], grantedFields: ["srcAddr"] }));

const failures: Record<string, { fail: Failure; code: string }> = {
  "a number column that holds text": {
    fail: async (fixture) => {
      const select = `SELECT * REPLACE ('${canaryText}' AS packets) FROM flows`;
      return addressJob(await replacePartition(fixture, select));
    },
    code: "FLM_DATASET_CORRUPT",
  },
  "a column that is a list": {
    fail: async (fixture) => {
      const select = `SELECT * REPLACE (['${canaryText}', '${canaryNumber}'] AS packets) FROM flows`;
      return addressJob(await replacePartition(fixture, select));
    },
    code: "FLM_DATASET_CORRUPT",
  },
  "a partition whose bytes changed": {
    fail: async (fixture) => {
      const path = join(fixture.directory, "part-00000.parquet");
      const bytes = await readFile(path);
      bytes[40] = (bytes[40] as number) ^ 255;
      await writeFile(path, bytes);
      return addressJob(fixture);
    },
    code: "FLM_DATASET_CORRUPT",
  },
  "a manifest that quotes a row": {
    fail: async (fixture) => {
      await writeFile(join(fixture.directory, "manifest.json"), `{"${canaryText}": ${canaryNumber}`);
      return addressJob(fixture);
    },
    code: "FLM_DATASET_CORRUPT",
  },
  "a field that was not granted": {
    fail: async (fixture) => line(jobFor(fixture, { packages: [readsAddress] })),
    code: "FLM_LF_REFUSED",
  },
  "a job that is not JSON": { fail: async () => "{ not a job\n", code: "FLM_SCHEMA" },
  "a job with a property too many": {
    fail: async (fixture) => line({ ...jobFor(fixture), extra: canaryNumber } as WorkerJob),
    code: "FLM_SCHEMA",
  },
};

for (const [name, { fail, code }] of Object.entries(failures)) {
  t.test(`no byte of a worker shows a row value: ${name}`, async (t) => {
    const fixture = await canaryFixture(t.testdir());
    const { bytes, standard, last } = await captureWorker(await fail(fixture), fixture.directory);
    t.match(last, { type: "failed", error: { code } });
    t.notOk(bytes.includes(canaryText), "text");
    t.notOk(bytes.includes(String(canaryNumber)), "number");
    t.equal(standard, "", "standard output and error are silent");
  });
}

t.test("nor does a run that succeeds", async (t) => {
  const fixture = await canaryFixture(t.testdir());
  const { bytes, standard, last } = await captureWorker(addressJob(fixture), fixture.directory);
  t.match(last, { type: "outputs" });
  t.notOk(bytes.includes(canaryText));
  t.notOk(bytes.includes(String(canaryNumber)));
  t.equal(standard, "");
});
