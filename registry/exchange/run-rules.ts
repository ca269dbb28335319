import { FlamencoError } from "@flamenco/policies/errors";
import type { VerifiedDocument } from "@flamenco/policies/trust";
import {
  assertRunTransition,
  isFinalRunState,
  type RunReport,
  type RunState,
  runStates,
  runTransitions,
} from "@flamenco/policies/wire";
import type { Verdict } from "./verdict.js";

/** What the registry knows of one node's run of a study. */
export interface KnownRun {
  readonly state: RunState;
  /** The last report that was taken; undefined before the first. */
  readonly report: { readonly sequence: number; readonly digest: string } | undefined;
}

/**
 * What to do with a run report. Reports carry rising sequence numbers: an older one is left, the same one again is
 * acknowledged, a newer one must be a legal step of the run. Without a change of state it is progress, passing news:
 * a node that reports it for ever fills no disk.
 * @throws FLM_RUN_TRANSITION, FLM_STUDY_EXPIRED
 */
export function judgeReport(
  run: KnownRun,
  { document, digest }: VerifiedDocument<RunReport>,
  expired: boolean,
): Verdict {
  const { state, sequence } = document;
  if (run.report !== undefined) {
    if (run.report.digest === digest) return { kind: "repeat" };
    if (sequence <= run.report.sequence)
      return { kind: "ignored", reason: "A report with this or a later sequence number is here." };
  }
  if (run.state === "offered" && expired && !isFinalRunState(state)) {
    throw new FlamencoError("FLM_STUDY_EXPIRED", "The study expired before the node fetched it.");
  }
  const isNext = sequence <= (run.report?.sequence ?? 0) + 1;
  if (isNext || !reachable[run.state].has(state)) assertRunTransition(run.state, state);
  return { kind: state === run.state ? "passing" : "new" };
}

/**
 * States that can follow in one step or more. A gap in the sequence numbers means that reports between were never sent
 * (the registry was away, the node sends only its latest): the run took the steps all the same.
 */
const reachable: Readonly<Record<RunState, ReadonlySet<RunState>>> = Object.freeze(
  Object.fromEntries(runStates.map((state) => [state, reachableFrom(state)])) as Record<
    RunState,
    ReadonlySet<RunState>
  >,
);

function reachableFrom(start: RunState): ReadonlySet<RunState> {
  const found = new Set<RunState>(runTransitions[start]);
  for (const state of found) for (const next of runTransitions[state]) found.add(next);
  return found;
}

/**
 * A result belongs to a run that can still end in one.
 * @throws FLM_RUN_TRANSITION
 */
export function assertResultPossible(state: RunState): void {
  if (state !== "released" && isFinalRunState(state)) {
    throw new FlamencoError("FLM_RUN_TRANSITION", `A run that is ${state} has no result.`);
  }
}
