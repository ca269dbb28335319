import { type Static, Type } from "@sinclair/typebox";
import { FlamencoError } from "../errors/index.js";
import { ErrorDocument } from "./error.js";
import { Count, closed, Digest, Instant, KeyId, Name, oneOf, Text } from "./primitives.js";

/** States of a run: one node's execution of a study. */
export const runStates = [
  "offered",
  "fetched",
  "refused",
  "awaiting-approval",
  "running",
  "releasing",
  "released",
  "failed",
  "cancelled",
  "expired",
] as const;
export const RunState = oneOf(runStates);
export type RunState = (typeof runStates)[number];

/**
 * The life cycle as one table: from each state, the states that may follow. `running` repeats after a restart; a run that
 * was interrupted waits for approval when policies have come to demand it meanwhile.
 */
export const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = Object.freeze({
  offered: ["fetched", "refused", "failed", "cancelled", "expired"],
  fetched: ["fetched", "running", "awaiting-approval", "refused", "failed", "cancelled", "expired"],
  "awaiting-approval": ["running", "refused", "failed", "cancelled", "expired"],
  running: ["running", "releasing", "awaiting-approval", "refused", "failed", "cancelled", "expired"],
  releasing: ["releasing", "released", "failed"],
  refused: [],
  released: [],
  failed: [],
  cancelled: [],
  expired: [],
});

/** States that end a run. */
export const finalRunStates: readonly RunState[] = runStates.filter((state) => runTransitions[state].length === 0);

/** True when the run has ended. */
export function isFinalRunState(state: RunState): boolean {
  return runTransitions[state].length === 0;
}

/** @throws FLM_RUN_TRANSITION when `to` may not follow `from`. */
export function assertRunTransition(from: RunState, to: RunState): void {
  if (!runTransitions[from].includes(to)) {
    throw new FlamencoError("FLM_RUN_TRANSITION", `A run that is ${from} cannot become ${to}.`);
  }
}

/** Stages of the sealed worker, in order, as progress names them. */
export const workerStages = [
  "verify",
  "load",
  "statistics",
  "votes",
  "labelModel",
  "endClassifier",
  "tree",
  "metrics",
  "combinations",
] as const;
export const WorkerStage = oneOf(workerStages);
export type WorkerStage = (typeof workerStages)[number];

/** Progress of long work: coarse on purpose (counts of morsels, never of rows that matched). */
export const Progress = Type.Object({ stage: WorkerStage, done: Count, total: Count }, closed);
export type Progress = Static<typeof Progress>;

/** What a node tells the registry about its run; signed by the node's key. */
export const RunReport = Type.Object(
  {
    schema: Type.Literal("flamenco-run/1"),
    study: Digest,
    node: Name,
    keyId: KeyId,
    state: RunState,
    /** Counts up with every report of this run on this node, across restarts: the registry ignores older ones. */
    sequence: Count,
    at: Instant,
    progress: Type.Optional(Progress),
    error: Type.Optional(ErrorDocument),
    software: Text(60),
  },
  closed,
);
export type RunReport = Static<typeof RunReport>;
