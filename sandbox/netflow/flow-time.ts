import type { DataRecord } from "./data-record.js";
import { readTimeMs } from "./field-value.js";
import type { FlowRole } from "./flow-plan.js";
import { countOf } from "./role-count.js";

/** Start and end of a flow, milliseconds since 1970; null where the record does not tell. */
export interface FlowTimes {
  readonly startMs: number | null;
  readonly durationMs: number | null;
}

/**
 * When a flow was. Of the clocks that exporters use, the absolute ones come first, then those relative to the export
 * (RFC 7011), then the exporter's uptime.
 */
export function flowTimes(record: DataRecord): FlowTimes {
  const endMs = absolute(record, "endTime") ?? beforeExport(record, "endDeltaMicros") ?? atUptime(record, "endUptime");
  const told = duration(record) ?? uptimeBetween(record);
  const startMs =
    absolute(record, "startTime") ??
    beforeExport(record, "startDeltaMicros") ??
    atUptime(record, "startUptime") ??
    (endMs !== null && told !== null ? endMs - told : null);
  return { startMs, durationMs: startMs !== null && endMs !== null ? endMs - startMs : told };
}

function absolute(record: DataRecord, role: FlowRole): number | null {
  const index = record.template.plan?.fields[role] ?? -1;
  if (index === -1) return null;
  const { type } = record.template.fields[index]!.element;
  const ms = readTimeMs(type, record.bytes, record.offsets[index]!, record.lengths[index]!);
  // Firewalls send 0 for a time that they do not know.
  return ms === 0 ? null : ms;
}

/** Deltas are before the export time of the message (RFC 5102, section 5.9.9). */
function beforeExport(record: DataRecord, role: FlowRole): number | null {
  const micros = countOf(record, role);
  return micros === null ? null : record.header.exportTimeMs - micros / 1000;
}

/**
 * Uptimes count milliseconds in 32 bits and wrap every 49.7 days: their difference is taken modulo 2^32, and as a signed
 * number, since a flow may end after the header was written.
 */
function atUptime(record: DataRecord, role: FlowRole): number | null {
  const uptime = countOf(record, role);
  if (uptime === null) return null;
  const { exportTimeMs, sysUptimeMs } = record.header;
  if (sysUptimeMs !== null) return exportTimeMs - ((sysUptimeMs - uptime) | 0);
  const initMs = absolute(record, "systemInitTime") ?? record.exporter.systemInitTimeMs;
  // In IPFIX the message has no uptime; the exporter may say when it started, and may have wrapped since.
  return initMs === null ? null : exportTimeMs - ((exportTimeMs - initMs - uptime) | 0);
}

function uptimeBetween(record: DataRecord): number | null {
  const start = countOf(record, "startUptime");
  const end = countOf(record, "endUptime");
  return start === null || end === null ? null : (end - start) | 0;
}

function duration(record: DataRecord): number | null {
  const micros = countOf(record, "durationMicros");
  return countOf(record, "durationMs") ?? (micros === null ? null : micros / 1000);
}
