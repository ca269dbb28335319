// A thread of isolate-in-engine.ts: told to go, it runs the kernel over rows of its own in an isolate of its own.
import { parentPort } from "node:worker_threads";
import { KernelRunner } from "@flamenco/sandbox/isolate";
import { THREAD_PASSES, THREAD_ROWS } from "./kernel-thread-size.js";
import { makeKernelWorkload } from "./kernel-workload.js";

const { packed, columns } = makeKernelWorkload(THREAD_ROWS);
const runner = new KernelRunner(packed);
runner.run(columns, THREAD_ROWS);
parentPort?.on("message", () => {
  for (let pass = 0; pass < THREAD_PASSES; pass++) runner.run(columns, THREAD_ROWS);
  parentPort?.postMessage("done");
});
parentPort?.postMessage("ready");
