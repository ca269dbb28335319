import type { RunState } from "@flamenco/policies/wire";

/** State of a run, in words where its name does not say what is waited for. */
export function describeState(state: RunState): string {
  return state === "awaiting-approval" ? "waits for a person's approval" : state;
}
