import { Worker } from "node:worker_threads";
import { describeFailure, readJob, sendMessage, throttleProgress } from "./channel.js";
import { countJob } from "./count-job.js";
import { runJob } from "./run-job.js";

/**
 * The sealed worker: one job in, messages out. After its last message it waits to be killed: the supervisor does it, and
 * the watcher does when there is no supervisor any more.
 */
function fail(error: unknown): void {
  sendMessage(describeFailure(error));
}

// Node would print what was thrown, and that may quote a row.
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

try {
  const job = readJob();
  new Worker(new URL("./parent-watch.js", import.meta.url));
  const report = throttleProgress(sendMessage, () => performance.now());
  sendMessage(
    job.counting === undefined
      ? { type: "outputs", ...(await runJob(job, report)) }
      : { type: "counts", counts: await countJob(job, job.counting, report) },
  );
} catch (error) {
  fail(error);
}
