import type { CaptureTally, FlowRecord, MeterMode } from "../../capture/index.js";
import { notesOf } from "../../capture/index.js";
import { drawTable } from "../text-table.js";

const PROTOCOLS_SHOWN = 10;

/** Names that IANA gives to the protocol numbers that are seen most. */
const protocolNames: Readonly<Record<number, string>> = {
  1: "icmp",
  2: "igmp",
  4: "ipv4",
  6: "tcp",
  17: "udp",
  41: "ipv6",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "ipv6-icmp",
  89: "ospf",
  103: "pim",
  112: "vrrp",
  132: "sctp",
};

interface ProtocolSummary {
  readonly protocol: number;
  readonly name: string | null;
  flows: number;
  packets: number;
  bytes: number;
}

/** Adds flows up by protocol as they end. */
export class FlowTotals {
  readonly #protocols = new Map<number, ProtocolSummary>();
  flows = 0;
  packets = 0;
  bytes = 0;
  #firstMicros = Number.POSITIVE_INFINITY;
  #lastMicros = Number.NEGATIVE_INFINITY;

  add({ endpoints: { protocol }, packets, forward, backward, firstMicros, durationMicros }: FlowRecord): void {
    const name = protocolNames[protocol] ?? null;
    const total = this.#protocols.get(protocol) ?? { protocol, name, flows: 0, packets: 0, bytes: 0 };
    this.#protocols.set(protocol, total);
    const bytes = forward.payloadBytes + backward.payloadBytes;
    for (const sum of [total, this]) {
      sum.flows += 1;
      sum.packets += packets;
      sum.bytes += bytes;
    }
    this.#firstMicros = Math.min(this.#firstMicros, firstMicros);
    this.#lastMicros = Math.max(this.#lastMicros, firstMicros + durationMicros);
  }

  /** Milliseconds since 1970-01-01 UTC of the first and the last metered packet; null without any. */
  get timeRangeMs(): readonly [number, number] | null {
    return this.flows === 0 ? null : [this.#firstMicros / 1000, this.#lastMicros / 1000];
  }

  /** Most packets first. */
  get protocols(): readonly Readonly<ProtocolSummary>[] {
    return [...this.#protocols.values()].sort((a, b) => b.packets - a.packets || a.protocol - b.protocol);
  }
}

/** What `flamenco flows` answers: counts and times, no row. */
export interface FlowsSummary {
  readonly mode: MeterMode;
  readonly packets: number;
  readonly meteredPackets: number;
  readonly skipped: CaptureTally["packets"]["skipped"];
  readonly damage: CaptureTally["packets"]["damage"];
  readonly flows: number;
  /** Flows of one packet that the mode leaves out. */
  readonly leftOut: number;
  readonly payloadBytes: number;
  readonly timeRangeMs: readonly [number, number] | null;
  readonly protocols: FlowTotals["protocols"];
  readonly notes: readonly string[];
}

export function summarizeFlows(
  mode: MeterMode,
  totals: FlowTotals,
  { packets, flows }: CaptureTally,
  rows: number,
): FlowsSummary {
  return {
    mode,
    packets: packets.packets,
    meteredPackets: totals.packets,
    skipped: packets.skipped,
    damage: packets.damage,
    flows: rows,
    leftOut: totals.flows - rows,
    payloadBytes: totals.bytes,
    timeRangeMs: totals.timeRangeMs,
    protocols: totals.protocols,
    notes: notesOf({ packets, flows }),
  };
}

/** The summary as text for a terminal. */
export function drawFlowsSummary({ flows, packets, leftOut, timeRangeMs, protocols, notes }: FlowsSummary): string {
  const lines = [`${flows} flows of ${packets} packets.`];
  if (timeRangeMs !== null) lines.push(`From ${formatTime(timeRangeMs[0])} to ${formatTime(timeRangeMs[1])}.`);
  if (leftOut > 0) lines.push(`${leftOut} flows of one packet are left out.`);
  lines.push(...notes);
  const rows = protocols
    .slice(0, PROTOCOLS_SHOWN)
    .map((one) => [one.name ?? String(one.protocol), ...[one.flows, one.packets, one.bytes].map(String)]);
  if (protocols.length > PROTOCOLS_SHOWN) lines.push(`${protocols.length} protocols; those with most packets:`);
  const numeric = (name: string) => ({ name, numeric: true });
  const table = drawTable([{ name: "protocol" }, ...["flows", "packets", "payload bytes"].map(numeric)], rows);
  return flows === 0 ? lines.join("\n") : `${lines.join("\n")}\n\n${table}`;
}

/** ISO 8601 in UTC; the number where no calendar date says it. */
function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
