import { formatAddress } from "../capture/index.js";
import type { Cell } from "../records/index.js";
import type { DataRecord } from "./data-record.js";
import { readCount } from "./field-value.js";
import { counterRoles, type FlowRole } from "./flow-plan.js";
import { flowTimes } from "./flow-time.js";
import { countOf } from "./role-count.js";

/** Fields of `flow/1` that a flow export tells, in the order of `flowRow`'s cells. */
export const flowRowFields = Object.freeze([
  "startTimeMs",
  "durationSeconds",
  "srcAddr",
  "dstAddr",
  "vlanId",
  "srcPort",
  "dstPort",
  "protocol",
  "icmpType",
  "icmpCode",
  "tcpFlags",
  "packets",
  "bytes",
  "ipBytes",
  "packetsPerSecond",
  "ipBytesPerSecond",
  "fwdPackets",
  "fwdBytes",
  "fwdIpBytes",
  "bwdPackets",
  "bwdBytes",
  "bwdIpBytes",
]);

/** Of a firewall: the flow was created, or denied. */
const EVENTS_BEFORE_FLOW: ReadonlySet<number> = new Set([1, 3]);
/** TCP flags, NS included; the other bits of the field are the header's length. */
const TCP_FLAGS_MASK = 0x1ff;
const ICMP = 1;
const ICMPV6 = 58;

/**
 * A record as a row of `flow/1`; null when it is none: it has no addresses or counts, or is a firewall's event before anything flowed.
 * One-way records count forward, and leave backward cells empty: nothing is known of the other direction.
 */
export function flowRow(record: DataRecord): Cell[] | null {
  if (record.template.plan === null) return null;
  if (isEventWithoutFlow(record)) return null;
  const { startMs, durationMs } = flowTimes(record);
  const fwdPackets = counted(record, "fwdPackets", "postPackets");
  const fwdIpBytes = counted(record, "fwdIpBytes", "postIpBytes");
  const fwdBytes = countOf(record, "fwdBytes");
  const bwdPackets = countOf(record, "bwdPackets");
  const bwdIpBytes = countOf(record, "bwdIpBytes");
  const bwdBytes = countOf(record, "bwdBytes");
  const packets = sum(fwdPackets, bwdPackets);
  const ipBytes = sum(fwdIpBytes, bwdIpBytes);
  const seconds = durationMs === null ? null : durationMs / 1000;
  const protocol = countOf(record, "protocol");
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  const [icmpType, icmpCode] = isIcmp ? icmpOf(record) : [null, null];
  return [
    startMs,
    seconds,
    address(record, "srcAddr"),
    address(record, "dstAddr"),
    vlanOf(record),
    isIcmp ? null : countOf(record, "srcPort"),
    isIcmp ? null : countOf(record, "dstPort"),
    protocol,
    icmpType,
    icmpCode,
    flagsOf(record),
    packets,
    sum(fwdBytes, bwdBytes),
    ipBytes,
    rate(packets, seconds),
    rate(ipBytes, seconds),
    fwdPackets,
    fwdBytes,
    fwdIpBytes,
    bwdPackets,
    bwdBytes,
    bwdIpBytes,
  ];
}

/** Some firewalls report a flow when it is created or denied, most with nothing counted yet. */
function isEventWithoutFlow(record: DataRecord): boolean {
  const event = countOf(record, "firewallEvent");
  if (event === null || !EVENTS_BEFORE_FLOW.has(event)) return false;
  return counterRoles.every((role) => (countOf(record, role) ?? 0) === 0);
}

/** What came in; where nothing is said of that, or nothing came in, what went out. */
function counted(record: DataRecord, role: FlowRole, post: FlowRole): number | null {
  return countOf(record, role) || (countOf(record, post) ?? countOf(record, role));
}

function address(record: DataRecord, role: FlowRole): string | null {
  const index = record.template.plan?.fields[role] ?? -1;
  if (index === -1) return null;
  const length = record.lengths[index]!;
  if (length === 4) return formatAddress(record.bytes, record.offsets[index]!, 4);
  return length === 16 ? formatAddress(record.bytes, record.offsets[index]!, 6) : null;
}

/** Exporters send 0 where a frame had no VLAN. */
function vlanOf(record: DataRecord): string | null {
  const vlan = countOf(record, "vlan");
  return vlan === null || vlan === 0 ? null : String(vlan);
}

/** Exporters without fields of ICMP send its type and code as the destination port. */
function icmpOf(record: DataRecord): [type: number | null, code: number | null] {
  const type = countOf(record, "icmpType");
  if (type !== null) return [type, countOf(record, "icmpCode")];
  const both = countOf(record, "icmpTypeCode") ?? countOf(record, "dstPort");
  return both === null ? [null, null] : [both >> 8, both & 0xff];
}

function flagsOf({ template, bytes, offsets, lengths }: DataRecord): number | null {
  const fields = template.plan?.flags ?? [];
  if (fields.length === 0) return null;
  const flags = fields.reduce((bits, index) => bits | (readCount(bytes, offsets[index]!, lengths[index]!) ?? 0), 0);
  return flags & TCP_FLAGS_MASK;
}

function sum(forward: number | null, backward: number | null): number | null {
  return forward === null ? backward : forward + (backward ?? 0);
}

function rate(amount: number | null, seconds: number | null): number | null {
  return amount === null || seconds === null || seconds <= 0 ? null : amount / seconds;
}
