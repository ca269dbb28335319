import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { WorkerJob } from "@flamenco/policies/wire";
import { launchWorker } from "@flamenco/sandbox/worker";
import { type GeneratedDataset, writeGeneratedDataset } from "./generated-dataset.js";
import { benchIsolate, type IsolateBench } from "./isolate-bench.js";
import { median, round } from "./timing.js";
import { benchLabels, tenLfs } from "./workload.js";

const ROWS = 10_000_000;
const FEWER_ROWS = 1_000_000;
const NUMPY_ROWS = 5_000_000;
const STARTS = 5;
const REPETITIONS = 3;
/** How often the bench looks at the memory of the worker. */
const POLL_MILLISECONDS = 20;

const run = promisify(execFile);

/** The sealed worker, whole: isolates against plain Node and numpy, start-up, one and two cores, memory. */
export async function benchSandbox(): Promise<unknown> {
  const isolate = await benchIsolate();
  const folder = await mkdtemp(join(tmpdir(), "flamenco-bench-"));
  try {
    const small = await writeGeneratedDataset(join(folder, "small"), 100);
    const fewer = await writeGeneratedDataset(join(folder, "fewer"), FEWER_ROWS);
    const many = await writeGeneratedDataset(join(folder, "many"), ROWS);
    // Looks for the engine and tries the walls.
    await runWorker(small, 1);
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start++) starts.push((await runWorker(small, 1)).verifyMilliseconds);
    const runs = { one: [] as WorkerRun[], two: [] as WorkerRun[] };
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      runs.one.push(await runWorker(many, 1));
      runs.two.push(await runWorker(many, 2));
    }
    const votes = (list: readonly WorkerRun[]) => median(list.map(({ voteSeconds }) => voteSeconds));
    const peak = (list: readonly WorkerRun[]) => round(Math.max(...list.map(({ peakMegabytes }) => peakMegabytes)));
    return {
      isolate,
      numpy: await compareNumpy(isolate),
      workerStartMilliseconds: round(median(starts)),
      passOverRows: {
        rows: ROWS,
        lfs: 10,
        secondsOneThread: round(votes(runs.one)),
        secondsTwoThreads: round(votes(runs.two)),
        speedup: round(votes(runs.one) / votes(runs.two)),
      },
      peakMegabytes: {
        [`${FEWER_ROWS} rows, one thread`]: peak([await runWorker(fewer, 1)]),
        [`${ROWS} rows, one thread`]: peak(runs.one),
        [`${ROWS} rows, two threads`]: peak(runs.two),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface WorkerRun {
  /** From the launch to the first message: walls, engine, modules. */
  readonly verifyMilliseconds: number;
  /** Reading Parquet, voting, splitting and counting. */
  readonly voteSeconds: number;
  readonly peakMegabytes: number;
}

async function runWorker({ directory, version }: GeneratedDataset, threads: number): Promise<WorkerRun> {
  const lfs = [...tenLfs.matchAll(/export function (\w+)/g)].map(([, name]) => ({ name: String(name), file: "lf.ts" }));
  const job: WorkerJob = {
    protocol: "flamenco-worker/1",
    dataset: { directory, version, kind: "flow/1" },
    task: { id: "ddos", labels: [...benchLabels], positive: "attack" },
    packages: [
      {
        reference: { name: "bench/ten", version: "1.0.0", id: "0".repeat(64) },
        files: [{ path: "lf.ts", text: tenLfs }],
        lfs,
      },
    ],
    outputs: ["analysis", "labelModel", "metrics", "tree"],
    labelModel: "auto",
    seed: 7,
    grantedFields: [],
    threads,
  };
  let peakMegabytes = 0;
  const poll = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, readPeak());
  }, POLL_MILLISECONDS);
  const start = performance.now();
  const at: Record<string, number> = {};
  try {
    await launchWorker({
      job,
      limits: { deadlineSeconds: 600, memoryMegabytes: 4096 },
      onProgress: ({ stage, done, total }) => {
        if (done === 0) at[`${stage} starts`] ??= performance.now() - start;
        if (done === total) at[`${stage} ends`] = performance.now() - start;
      },
    }).result;
  } finally {
    clearInterval(poll);
  }
  const voteSeconds = ((at["votes ends"] ?? 0) - (at["votes starts"] ?? 0)) / 1000;
  return { verifyMilliseconds: at["verify starts"] ?? 0, voteSeconds, peakMegabytes };
}

/** Greatest resident memory so far of any sealed worker on this machine, in megabytes. */
function readPeak(): number {
  let peak = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const [program = "", ...rest] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (!program.endsWith("/node") || !rest.some((argument) => argument.endsWith("sealed/entry.js"))) continue;
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }
  return peak;
}

/** The isolate's time over numpy's for the same rows and rules, or why there is none. */
async function compareNumpy(isolate: IsolateBench): Promise<unknown> {
  const script = fileURLToPath(new URL("../votes.py", import.meta.url));
  try {
    const { stdout } = await run("python3", [script, String(NUMPY_ROWS)]);
    const { numpy, whole, chunked } = JSON.parse(stdout) as { numpy: string; whole: number; chunked: number };
    const speed = (seconds: number) => round((NUMPY_ROWS * isolate.lfs) / seconds / 1e6);
    const { warmIsolate } = isolate.millionRowLfsPerSecond;
    return {
      version: numpy,
      millionRowLfsPerSecond: { whole: speed(whole), chunked: speed(chunked) },
      isolateTimeOverChunked: round(speed(chunked) / warmIsolate),
      isolateTimeOverWhole: round(speed(whole) / warmIsolate),
    };
  } catch {
    return "python3 with numpy is not installed";
  }
}
