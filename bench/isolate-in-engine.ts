import { once } from "node:events";
import { Worker } from "node:worker_threads";
// Runs in the sealed worker's engine: isolate-bench.ts starts it there. Prints one JSON line.
import { KernelRunner, PackageIsolate } from "@flamenco/sandbox/isolate";
import { THREAD_PASSES, THREAD_ROWS } from "./kernel-thread-size.js";
import { makeKernelWorkload } from "./kernel-workload.js";
import { median, round, time } from "./timing.js";

const ROWS = 5_000_000;
const PAIRS = 9;
const MORSEL_ROWS = 65_536;
const THREAD_PAIRS = 3;

const { kernel, packed, columns, lfs } = makeKernelWorkload(ROWS);
const { statistics } = packed.kernel;

/** The same kernel text and the same morsels in plain Node: what the isolate's wall costs is the difference. */
function runPlain(): Int32Array {
  const scratch = columns.map(() => new Float64Array(MORSEL_ROWS));
  const codes = new Int32Array(MORSEL_ROWS * kernel.words);
  const make = new Function(`return ${kernel.source}`)() as (...parameters: unknown[]) => (rows: number) => void;
  const call = make(scratch, statistics, [], codes);
  const output = new Int32Array(ROWS * kernel.words);
  for (let offset = 0; offset < ROWS; offset += MORSEL_ROWS) {
    const rows = Math.min(MORSEL_ROWS, ROWS - offset);
    for (const [index, column] of columns.entries()) scratch[index]?.set(column.subarray(offset, offset + rows));
    call(rows);
    for (let word = 0; word < kernel.words; word++) {
      output.set(codes.subarray(word * MORSEL_ROWS, word * MORSEL_ROWS + rows), word * ROWS + offset);
    }
  }
  return output;
}

function runFresh(): ReturnType<KernelRunner["run"]> {
  const runner = new KernelRunner(packed);
  try {
    return runner.run(columns, ROWS);
  } finally {
    runner.dispose();
  }
}

const plainCodes = runPlain();
const isolateCodes = runFresh();
isolateCodes.forEach(({ codes }, word) => {
  for (let row = 0; row < ROWS; row++) {
    if (codes[row] !== plainCodes[word * ROWS + row]) throw new Error("The isolate and plain Node disagree.");
  }
});

/** The rows once more through an isolate that is there already: what a long run tends to. */
const standing = new PackageIsolate(packed.kernel);
const standingOutputs = packed.lfsOfWord.map(() => new Int32Array(ROWS));
const wordRanges = packed.lfsOfWord.map((lfsInWord) => kernel.base ** lfsInWord);
function runStanding(): void {
  for (let offset = 0; offset < ROWS; offset += MORSEL_ROWS) {
    const rows = Math.min(MORSEL_ROWS, ROWS - offset);
    for (const [index, scratch] of standing.columns.entries()) {
      scratch.set((columns[index] as Float64Array).subarray(offset, offset + rows));
    }
    standing.run(rows, wordRanges, standingOutputs, offset);
  }
}

runStanding();
const plain: number[] = [];
const warm: number[] = [];
const fresh: number[] = [];
for (let pair = 0; pair < PAIRS; pair++) {
  plain.push(time(() => runPlain()));
  warm.push(time(() => runStanding()));
  fresh.push(time(() => runFresh()));
}
/** Seconds in which each of `threads` threads does the rows once, all at the same time. */
async function timeThreads(threads: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL("./kernel-thread.js", import.meta.url)));
  try {
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const start = process.hrtime.bigint();
    for (const worker of workers) worker.postMessage("go");
    await Promise.all(workers.map((worker) => once(worker, "message")));
    return Number(process.hrtime.bigint() - start) / 1e9;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
const oneThread: number[] = [];
const twoThreads: number[] = [];
for (let pair = 0; pair < THREAD_PAIRS; pair++) {
  oneThread.push(await timeThreads(1));
  twoThreads.push(await timeThreads(2));
}

const rowLfs = ROWS * lfs;
const speed = (seconds: readonly number[]): number => round(rowLfs / median(seconds) / 1e6);
const overPlain = (seconds: readonly number[]): number =>
  round(median(seconds.map((value, index) => value / (plain[index] as number))));
const threadSpeed = (threads: number, seconds: readonly number[]): number =>
  round((threads * THREAD_PASSES * THREAD_ROWS * lfs) / median(seconds) / 1e6);
process.stdout.write(
  `${JSON.stringify({
    engine: process.version,
    rows: ROWS,
    lfs,
    columns: kernel.columns.length,
    pairs: PAIRS,
    millionRowLfsPerSecond: { plain: speed(plain), warmIsolate: speed(warm), freshIsolate: speed(fresh) },
    warmIsolateOverPlainTime: overPlain(warm),
    freshIsolateOverPlainTime: overPlain(fresh),
    threads: {
      oneMillionRowLfsPerSecond: threadSpeed(1, oneThread),
      twoMillionRowLfsPerSecond: threadSpeed(2, twoThreads),
      twoOverOne: round(threadSpeed(2, twoThreads) / threadSpeed(1, oneThread)),
    },
  })}\n`,
);
