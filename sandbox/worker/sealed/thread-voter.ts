import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ErrorCode, FlamencoError } from "@flamenco/policies/errors";
import type { describeFailure } from "./channel.js";
import type { ChunkVotes, Voter } from "./chunk-voter.js";
import type { VotePlan } from "./vote-plan.js";

type Answer = { readonly votes: ChunkVotes } | ReturnType<typeof describeFailure>;

/** A voter in a thread of its own. */
export class ThreadVoter implements Voter {
  readonly #thread: Worker;

  constructor(plan: VotePlan) {
    this.#thread = new Worker(new URL("./vote-thread.js", import.meta.url), { workerData: plan });
    // Its death is told to whoever waits for a chunk; without this it would be told to the process.
    this.#thread.on("error", () => undefined);
  }

  async vote(chunk: number): Promise<ChunkVotes> {
    const answered = once(this.#thread, "message");
    this.#thread.postMessage(chunk);
    const [answer] = (await answered.catch((error: unknown) => {
      throw lostThread(error);
    })) as [Answer];
    if ("votes" in answer) return answer.votes;
    if (answer.type !== "failed") throw lostThread(undefined);
    const { code, message, details } = answer.error;
    throw new FlamencoError(code as ErrorCode, message, { details });
  }

  close(): void {
    this.#thread.postMessage("close");
  }
}

/** What a dead thread said is dropped: it may quote a row. */
function lostThread(error: unknown): FlamencoError {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === "ERR_WORKER_OUT_OF_MEMORY"
    ? new FlamencoError("FLM_WORKER_MEMORY", "A thread of the sealed worker could not get the memory that it needs.")
    : new FlamencoError("FLM_INTERNAL", "A thread of the sealed worker died.");
}
