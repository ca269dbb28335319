import {
  Count,
  closed,
  Digest,
  ErrorDocument,
  Instant,
  OrNull,
  Progress,
  RunState,
  Text,
} from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import type { Run } from "../jobs/index.js";

/** A run as the node's own interface shows it to its operator. */
export const RunView = Type.Object(
  {
    study: Digest,
    state: RunState,
    title: OrNull(Text(200)),
    author: OrNull(Text(100)),
    dataset: OrNull(Text(64)),
    sequence: Count,
    attempts: Count,
    /** Walls that stood around its sealed worker. */
    walls: OrNull(Type.Array(Text(40))),
    /** Policy set that it was decided with. */
    policySet: OrNull(Digest),
    progress: OrNull(Progress),
    error: OrNull(ErrorDocument),
    createdAt: Instant,
    updatedAt: Instant,
  },
  closed,
);
export type RunView = Static<typeof RunView>;

export function describeRun(run: Run): RunView {
  return {
    study: run.study,
    state: run.state,
    title: run.title,
    author: run.author,
    dataset: run.dataset,
    sequence: run.sequence,
    attempts: run.attempts,
    walls: run.walls === null ? null : [...run.walls],
    policySet: run.policySet,
    progress: run.progress,
    error: run.error,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
  };
}

/** What `/runs/:study/events` sends: a state that was reached, or progress within one. */
export const RunEventView = Type.Object(
  { sequence: Count, state: RunState, at: Instant, progress: OrNull(Progress), error: OrNull(ErrorDocument) },
  closed,
);
export type RunEventView = Static<typeof RunEventView>;
