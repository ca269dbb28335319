import { parentPort, workerData } from "node:worker_threads";
import { describeFailure } from "./channel.js";
import { ChunkVoter } from "./chunk-voter.js";
import type { VotePlan } from "./vote-plan.js";

/** A thread of the sealed worker: told the number of a chunk, it answers with its votes or with why it cannot; then `close`. */
const port = parentPort!;
const opening = ChunkVoter.open(workerData as VotePlan);
// Whoever asks for a chunk is told.
opening.catch(() => undefined);
port.on("message", async (chunk: number | "close") => {
  try {
    const voter = await opening;
    if (chunk === "close") {
      voter.close();
      port.close();
      return;
    }
    port.postMessage({ votes: await voter.vote(chunk) });
  } catch (error) {
    port.postMessage(describeFailure(error));
  }
});
