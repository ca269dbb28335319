import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { HostText, Maybe, type Measurement, type Probe, type Reading } from "./measurement.js";
import { lostProbes, millisecondsOf, TimeValue, waitMsOf } from "./scamper-time.js";

/** One response of a trace. Attempts that nobody answered have none. */
const Hop = Type.Object({
  addr: Type.String(),
  probe_ttl: Type.Integer({ minimum: 0 }),
  /** Attempt at this hop, from 1. */
  probe_id: Type.Integer({ minimum: 1, maximum: 255 }),
  rtt: Type.Number(),
  tx: Maybe(TimeValue),
});

type Hop = Static<typeof Hop>;

const Trace = Type.Object({
  src: HostText,
  dst: HostText,
  start: TimeValue,
  stop_reason: Maybe(Type.String()),
  attempts: Type.Integer({ minimum: 1, maximum: 255 }),
  /** Seconds until an attempt is given up. */
  wait: Maybe(Type.Number({ minimum: 0 })),
  hops: Maybe(Type.Array(Hop)),
});
type Trace = Static<typeof Trace>;
const trace = TypeCompiler.Compile(Trace);

/**
 * Round-trip times to the destination out of a scamper traceroute: the attempts at the first hop at which the destination
 * answered. When it never answered, as many attempts as the trace makes at a hop are lost. A trace that ended because the
 * destination answered, and does not say so under its address, cannot be told to be of that pair.
 */
export function readScamperTrace(document: unknown): Reading {
  if (!trace.Check(document)) return "malformed-record";
  const { src, dst, stop_reason, hops } = document;
  const attempts = attemptsOf(document, hops ?? []);
  if (stop_reason === "COMPLETED" && attempts.probes.every(({ rttMs }) => rttMs === null)) return "unsupported-record";
  return { source: src, destination: dst, ...attempts, unsentProbes: 0 };
}

/** Attempts before an answered one that nobody answered were lost; when they were made follows from the wait between them. */
function attemptsOf(
  { dst, start, attempts, wait }: Trace,
  hops: readonly Hop[],
): Pick<Measurement, "probes" | "extraAnswers"> {
  const answers = hops.filter(({ addr }) => addr === dst);
  const [first] = answers.toSorted((a, b) => a.probe_ttl - b.probe_ttl || a.probe_id - b.probe_id);
  if (first === undefined) return { probes: lostProbes(start, attempts, waitMsOf(wait)), extraAnswers: 0 };
  const here = hops.filter(({ probe_ttl }) => probe_ttl === first.probe_ttl);
  const firstMs = millisecondsOf(first.tx ?? start);
  const probes: Probe[] = [];
  const answered = new Set<number>();
  for (let attempt = 1; attempt < first.probe_id; attempt += 1) {
    if (here.some(({ probe_id }) => probe_id === attempt)) continue;
    probes.push({ timeMs: firstMs - (first.probe_id - attempt) * waitMsOf(wait), rttMs: null });
  }
  for (const { addr, probe_id, rtt, tx } of here) {
    if (addr !== dst || answered.has(probe_id)) continue;
    answered.add(probe_id);
    probes.push({ timeMs: tx ? millisecondsOf(tx) : firstMs, rttMs: rtt });
  }
  return { probes, extraAnswers: here.filter(({ addr }) => addr === dst).length - answered.size };
}
