import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { AtlasPackets, atlasKeys, destinationOf } from "./atlas-result.js";
import type { Reading } from "./measurement.js";

const Packet = Type.Object({
  rtt: Type.Optional(Type.Number()),
  x: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.Unknown()),
  dup: Type.Optional(Type.Unknown()),
});

/** Firmware 4400 and later; the versions differ in keys that no row needs. */
const ping = TypeCompiler.Compile(Type.Object({ ...atlasKeys, result: Type.Array(Packet) }));

/**
 * The packets of a ping result, documented at https://atlas.ripe.net/docs/apis/measurement-result-format/. Firmware 1 says
 * only how many packets came back, and their smallest, mean and largest time: no sample can be told.
 */
export function readAtlasPing(result: Readonly<Record<string, unknown>>): Reading {
  if (result.fw === 1) return "unsupported-record";
  if (!ping.Check(result)) return "malformed-record";
  const destination = destinationOf(result);
  if (destination === undefined) return "malformed-record";
  const packets = new AtlasPackets(result);
  for (const packet of result.result) {
    if (!addPacket(packets, packet)) return "malformed-record";
  }
  return packets.toMeasurement(destination);
}

/** A packet is exactly one of: a further answer, an answer, a timeout, an error of the probe's own system. */
function addPacket(packets: AtlasPackets, { rtt, x, error, dup }: Static<typeof Packet>): boolean {
  if (dup !== undefined) packets.extraAnswers += 1;
  else if (rtt !== undefined) packets.add(rtt);
  else if (x !== undefined) packets.add(null);
  else if (error !== undefined) packets.unsentProbes += 1;
  else return false;
  return true;
}
