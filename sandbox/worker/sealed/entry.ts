import { Worker } from "node:worker_threads";
import { describeFailure, readJob, sendMessage, throttleProgress } from "./channel.js";
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
  const { rows, outputs } = await runJob(
    job,
    throttleProgress(sendMessage, () => performance.now()),
  );
  sendMessage({ type: "outputs", rows, outputs });
} catch (error) {
  fail(error);
}
