import { parentPort, workerData } from "node:worker_threads";
import { describeFailure } from "./channel.js";
import { ChunkVoter } from "./chunk-voter.js";
import type { VotePlan } from "./vote-plan.js";

/** A thread of the sealed worker: told the number of a chunk, it answers with the chunk's votes or with why it cannot. */
const port = parentPort!;
const opening = ChunkVoter.open(workerData as VotePlan);
// Whoever asks for a chunk is told.
opening.catch(() => undefined);
port.on("message", async (chunk: number) => {
  try {
    const voter = await opening;
    port.postMessage({ votes: await voter.vote(chunk) });
  } catch (error) {
    port.postMessage(describeFailure(error));
  }
});
