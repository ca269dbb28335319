import { readSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";

/**
 * A program in the sealed worker's place that runs the text which the job's files hold, with all that Node gives it: neither a
 * verifier nor an isolate stands before it. The job's task says how: `process` the one file as an attack of its own,
 * `kernels` one kernel after the other on columns of canaries, `threads` all of them at once, each in a thread.
 */
const MESSAGES = 3;
const write = writeSync;
const exit = process.exit.bind(process);
const pause = setImmediate;

function send(text: string): void {
  const bytes = Buffer.from(text);
  for (let sent = 0; sent < bytes.length; ) sent += write(MESSAGES, bytes, sent);
}

/** Numbers are all that a worker can tell on its way: here the program that is about to run, or that an attack got through. */
const report = (number: number): void =>
  send(`{"type":"progress","progress":{"stage":"votes","done":${number},"total":1000000}}\n`);

function readJob(): {
  task: { id: string };
  packages: { files: { text: string }[] }[];
  dataset: { directory: string };
} {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(64 * 1024);
    const bytes = readSync(0, part);
    parts.push(part.subarray(0, bytes));
    if (bytes === 0 || part.subarray(0, bytes).includes(10)) return JSON.parse(Buffer.concat(parts).toString("utf8"));
  }
}

const runKernel = `(source, canary) => {
  const fill = (0, eval)(source)([new Float64Array(64).fill(canary)], [2], [-1], new Int32Array(64));
  fill(64);
  fill(64);
}`;

/** Each kernel in turn; one that ends the process has its number told before. */
async function runKernels(sources: readonly string[], canary: number): Promise<void> {
  // biome-ignore lint/security/noGlobalEval: guest text without a wall before it is what this harness is for
  const run = globalThis.eval(runKernel) as (source: string, canary: number) => void;
  for (const [index, source] of sources.entries()) {
    report(index);
    try {
      run(source, canary);
    } catch {
      // It was stopped by itself.
    }
    await new Promise((resolve) => pause(resolve));
  }
  exit(0);
}

async function runAttack(text: string, given: { canary: string }): Promise<void> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...parameters: string[]
  ) => (...values: unknown[]) => Promise<void>;
  const node = (name: string) => process.getBuiltinModule(`node:${name}` as "node:fs");
  const won = () => report(1);
  report(0);
  await new AsyncFunction("node", "send", "won", "canary", "given", text)(node, send, won, given.canary, given);
  exit(0);
}

const { task, packages } = readJob();
const [given = "", ...texts] = packages.flatMap(({ files }) => files.map(({ text }) => text));
const values = JSON.parse(given) as { canary: string };
if (task.id === "process") await runAttack(texts[0] ?? "", values);
else if (task.id === "kernels") await runKernels(texts, Number(values.canary));
else {
  for (const [index, text] of texts.entries()) {
    report(index);
    new Worker(`(${runKernel})(${JSON.stringify(text)}, ${values.canary})`, { eval: true }).on("error", () => {});
  }
  // A thread that is through waits like one that is not: what ends this is outside.
  setInterval(() => {}, 1000);
}
