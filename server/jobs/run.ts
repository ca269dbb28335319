import type { ErrorDocument, Progress, RunState } from "@flamenco/policies/wire";

/** One run as the node keeps it. The envelope and the release stay in the database until someone needs them. */
export interface Run {
  /** Digest of the study: a study picked up twice is one run. */
  readonly study: string;
  readonly state: RunState;
  readonly title: string | null;
  readonly author: string | null;
  readonly dataset: string | null;
  /** Reports made of this run so far, across restarts. */
  readonly sequence: number;
  /** Times that a sealed worker was started for it. */
  readonly attempts: number;
  /** Walls that stood around its sealed worker; null before there was one. */
  readonly walls: readonly string[] | null;
  /** Digest of the policy set that it was decided with when it last began to run. */
  readonly policySet: string | null;
  readonly progress: Progress | null;
  readonly error: ErrorDocument | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
}

/** One state that a run reached. */
export interface RunEvent {
  readonly study: string;
  readonly sequence: number;
  readonly state: RunState;
  readonly at: Date;
  readonly error: ErrorDocument | null;
}

/** What a transition may set besides the state. */
export interface RunChange {
  readonly title?: string;
  readonly author?: string;
  readonly dataset?: string;
  readonly attempts?: number;
  readonly walls?: readonly string[];
  readonly policySet?: string;
  readonly startedAt?: Date;
  readonly error?: ErrorDocument;
  /** Text of the signed release, exactly as it will be sent. */
  readonly result?: string;
}

/** A signed report that the registry has not acknowledged yet. */
export interface PendingReport {
  readonly id: number;
  readonly study: string;
  readonly body: string;
}
