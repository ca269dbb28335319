import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { measurementLimits } from "./limits.js";
import { HostText, Maybe, type Reading } from "./measurement.js";
import { lostProbes, millisecondsOf, TimeValue } from "./scamper-time.js";

const Response = Type.Object({
  from: Type.String(),
  seq: Type.Integer({ minimum: 0 }),
  rtt: Type.Number(),
  tx: Maybe(TimeValue),
  icmp_type: Maybe(Type.Integer()),
});

const ping = TypeCompiler.Compile(
  Type.Object({
    src: HostText,
    dst: HostText,
    start: TimeValue,
    ping_sent: Type.Integer({ minimum: 0, maximum: measurementLimits.probes }),
    /** Between two probes: whole seconds, and the microseconds of the rest. */
    wait: Maybe(Type.Number({ minimum: 0 })),
    wait_us: Maybe(Type.Number({ minimum: 0 })),
    responses: Type.Array(Response),
  }),
);

/** Types of an echo reply in ICMP (RFC 792) and ICMPv6 (RFC 4443). */
const ECHO_REPLIES: readonly (number | null | undefined)[] = [0, 129];

/**
 * The probes of a scamper ping, by their sequence numbers: each has the first answer that the destination gave to it, or is
 * lost. What a router says instead (unreachable, time exceeded) is no answer. When a lost probe was sent is not recorded; its
 * time is that of the start plus the wait between probes.
 */
export function readScamperPing(document: unknown): Reading {
  if (!ping.Check(document)) return "malformed-record";
  const { src, dst, start, ping_sent, wait, wait_us, responses } = document;
  const waitMs = (wait ?? 1) * 1000 + (wait_us ?? 0) / 1000;
  const probes = lostProbes(start, ping_sent, waitMs);
  let extraAnswers = 0;
  for (const { from, seq, rtt, tx, icmp_type } of responses) {
    const probe = probes[seq];
    if (probe === undefined) return "malformed-record";
    if (from !== dst && !ECHO_REPLIES.includes(icmp_type)) continue;
    if (probe.rttMs !== null) {
      extraAnswers += 1;
      continue;
    }
    probes[seq] = { timeMs: tx ? millisecondsOf(tx) : probe.timeMs, rttMs: rtt };
  }
  return { source: src, destination: dst, probes, extraAnswers, unsentProbes: 0 };
}
