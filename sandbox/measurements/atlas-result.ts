import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { Measurement, Probe } from "./measurement.js";
import { HostText, Maybe } from "./measurement.js";

/** Keys that results of every firmware have, under the names of all: 4400 says `addr` where later ones say `dst_addr`. */
export const atlasKeys = {
  prb_id: Type.Integer({ minimum: 0 }),
  timestamp: Type.Number({ minimum: 0 }),
  from: Type.Optional(Type.Union([HostText, Type.Literal(""), Type.Null()])),
  dst_addr: Maybe(HostText),
  addr: Maybe(HostText),
  dst_name: Maybe(HostText),
  name: Maybe(HostText),
} as const satisfies Record<string, TSchema>;
const AtlasResult = Type.Object(atlasKeys);
type AtlasResult = Static<typeof AtlasResult>;

/**
 * A probe that moves begins its paths somewhere else, so a source is the probe and the public address that the controller saw:
 * `32378@192.0.2.7`, or `32378` where that is not known.
 */
export function sourceOf({ prb_id, from }: AtlasResult): string {
  return from === undefined || from === null || from === "" ? String(prb_id) : `${prb_id}@${from}`;
}

/** The address that was measured; the name, where no address was found for it. */
export function destinationOf({ dst_addr, addr, dst_name, name }: AtlasResult): string | undefined {
  return dst_addr ?? addr ?? dst_name ?? name ?? undefined;
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
