import { launchWorker } from "@flamenco/sandbox/worker";
import { hostileJob, hostileProgram } from "./hostile-job.js";

/**
 * A server that will be killed: launches a worker that never ends, and prints its process id.
 * Arguments: the act of the hostile program, a folder.
 */
const [act = "", directory = ""] = process.argv.slice(2);
const { result } = launchWorker({
  job: hostileJob(act, directory),
  limits: { deadlineSeconds: 120, memoryMegabytes: 1024 },
  program: hostileProgram(),
  onProgress: ({ done }) => process.stdout.write(`${done}\n`),
});
await result;
