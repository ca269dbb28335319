import { type Static, Type } from "@sinclair/typebox";
import type { Probe } from "./measurement.js";

/** Seconds that scamper waits for an answer to a traceroute's probe unless told otherwise. */
const DEFAULT_WAIT_SECONDS = 5;

/** Seconds and microseconds, as scamper writes points in time. */
export const TimeValue = Type.Object({ sec: Type.Integer({ minimum: 0 }), usec: Type.Integer({ minimum: 0 }) });

/** A point in time in milliseconds, with microseconds in its fraction. */
export function millisecondsOf({ sec, usec }: Static<typeof TimeValue>): number {
  return sec * 1000 + usec / 1000;
}

/** The wait between two attempts of a trace, in milliseconds. */
export function waitMsOf(waitSeconds: number | null | undefined): number {
  return (waitSeconds ?? DEFAULT_WAIT_SECONDS) * 1000;
}

/** Probes that nobody answered; when they were sent is not recorded and follows from the wait between them. */
export function lostProbes(start: Static<typeof TimeValue>, count: number, waitMs: number): Probe[] {
  return Array.from({ length: count }, (_, at) => ({ timeMs: millisecondsOf(start) + at * waitMs, rttMs: null }));
}
