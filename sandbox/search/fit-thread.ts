import { parentPort, workerData } from "node:worker_threads";
import { FlamencoError } from "@flamenco/policies/errors";
import { fitClassifier } from "../learning/index.js";
import type { Fit, FitData, FitTask, ThreadMessage } from "./fit-task.js";

/** A thread of a `FitPool`: told a task, it answers with the fit or with why there is none. */
const port = parentPort!;
const data = workerData as FitData;

port.on("message", async (task: FitTask) => {
  try {
    const fit = await runTask(task);
    send({ type: "fitted", fit }, [fit.probabilities.buffer as ArrayBuffer]);
  } catch (error) {
    send({ type: "failed", error: describeFailure(error).toDocument() });
  }
});

async function runTask({ spec, train, predict, seed }: FitTask): Promise<Fit> {
  const onProgress = (share: number) => send({ type: "progress", share });
  const classifier = await fitClassifier(spec, data.samples, data.labels, train, { seed, onProgress });
  try {
    const { parameters, backend } = classifier;
    return { probabilities: classifier.predict(data.samples, predict), parameters, backend };
  } finally {
    classifier.dispose();
  }
}

/** Only errors that our own code made on purpose keep their text: others may quote a row. */
function describeFailure(error: unknown): FlamencoError {
  if (error instanceof FlamencoError) return error;
  if (error instanceof RangeError && error.message.includes("allocation failed")) {
    return new FlamencoError("FLM_TOO_LARGE", "A fit could not get the memory that it needs.");
  }
  return new FlamencoError("FLM_INTERNAL", `A fit failed${error instanceof Error ? ` with ${error.name}` : ""}.`);
}

function send(message: ThreadMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
