import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { HostText, Maybe, type Measurement, type Probe } from "./measurement.js";

/** Keys that results of every firmware have, under the names of all: 4400 says `addr` where later ones say `dst_addr`. */
export const atlasKeys = {
  prb_id: Type.Integer({ minimum: 0 }),
  timestamp: Type.Number({ minimum: 0 }),
  from: Type.Optional(Type.Union([HostText, Type.Literal(""), Type.Null()])),
  dst_addr: Maybe(Type.String()),
  addr: Maybe(Type.String()),
  dst_name: Maybe(Type.String()),
  name: Maybe(Type.String()),
} as const satisfies Record<string, TSchema>;
const AtlasResult = Type.Object(atlasKeys);
type AtlasResult = Static<typeof AtlasResult>;
const host = TypeCompiler.Compile(HostText);

/**
 * A probe that moves begins its paths somewhere else, so a source is the probe and the public address that the controller saw:
 * `32378@192.0.2.7`, or `32378` where that is not known.
 */
function sourceOf({ prb_id, from }: AtlasResult): string {
  return from === undefined || from === null || from === "" ? String(prb_id) : `${prb_id}@${from}`;
}

/** The address that was measured; the name, where no address was found for it. Undefined for what is neither. */
export function destinationOf({ dst_addr, addr, dst_name, name }: AtlasResult): string | undefined {
  const destination = [dst_addr, addr, dst_name, name].find(
    (text) => text !== undefined && text !== null && text !== "",
  );
  return host.Check(destination) ? destination : undefined;
}

/**
 * Collects the packets of one result. A result has one time, in seconds, that of its first packet; the n-th packet is given
 * the n-th millisecond after it, which keeps packets in order and apart and claims no second that was not measured.
 */
export class AtlasPackets {
  readonly #result: AtlasResult;
  readonly #probes: Probe[] = [];
  extraAnswers = 0;
  unsentProbes = 0;

  constructor(result: AtlasResult) {
    this.#result = result;
  }

  /** @param rttMs null when the packet was lost */
  add(rttMs: number | null): void {
    this.#probes.push({ timeMs: this.#result.timestamp * 1000 + this.#probes.length, rttMs });
  }

  toMeasurement(destination: string): Measurement {
    const { extraAnswers, unsentProbes } = this;
    return { source: sourceOf(this.#result), destination, probes: this.#probes, extraAnswers, unsentProbes };
  }
}
