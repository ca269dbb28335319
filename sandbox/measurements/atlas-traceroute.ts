import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { AtlasPackets, atlasKeys, destinationOf } from "./atlas-result.js";
import { Maybe, type Reading } from "./measurement.js";

const Reply = Type.Object({
  from: Maybe(Type.String()),
  rtt: Type.Optional(Type.Number()),
  x: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.Unknown()),
  dup: Type.Optional(Type.Unknown()),
  late: Type.Optional(Type.Unknown()),
});
type Reply = Static<typeof Reply>;

/** Firmware 4400 and later. A hop has results, or an error when its first packet could not be sent. */
const Hop = Type.Object({ result: Type.Optional(Type.Array(Reply)), error: Type.Optional(Type.Unknown()) });
const traceroute = TypeCompiler.Compile(Type.Object({ ...atlasKeys, result: Type.Array(Hop) }));

/** A late reply is one to a packet that was given up before: that packet is a timeout in the same list. */
const isExtra = ({ dup, late }: Reply) => dup !== undefined || late !== undefined;
const isProbe = (reply: Reply) => !isExtra(reply) && (reply.x !== undefined || reply.rtt !== undefined);

/**
 * Round-trip times to the destination out of a traceroute result: the packets of the first hop at which the destination
 * answered, without those that a router answered. When it never answered, the packets of the last hop are lost. Firmware 1
 * gives the printed text of a program instead of hops.
 */
export function readAtlasTraceroute(result: Readonly<Record<string, unknown>>): Reading {
  if (result.fw === 1) return "unsupported-record";
  if (!traceroute.Check(result)) return "malformed-record";
  const destination = destinationOf(result);
  if (destination === undefined) return "malformed-record";
  const packets = new AtlasPackets(result);
  const hops = result.result.map((hop) => hop.result ?? []);
  packets.unsentProbes = countUnsent(result.result);
  const reached = hops.find((replies) =>
    replies.some((reply) => reply.from === destination && reply.rtt !== undefined),
  );
  const last = reached ?? hops.findLast((replies) => replies.some(isProbe)) ?? [];
  for (const reply of last) {
    if (isExtra(reply)) packets.extraAnswers += 1;
    else if (reply.from === destination && reply.rtt !== undefined) packets.add(reply.rtt);
    else if (reply.x !== undefined || (reached === undefined && isProbe(reply))) packets.add(null);
  }
  return packets.toMeasurement(destination);
}

function countUnsent(hops: readonly Static<typeof Hop>[]): number {
  let unsent = 0;
  for (const { result = [], error } of hops) {
    unsent += error === undefined ? result.filter((reply) => reply.error !== undefined).length : 1;
  }
  return unsent;
}
