import type { DataRecord } from "./data-record.js";
import { readCount, readTimeMs } from "./field-value.js";

/** samplingInterval and samplerRandomInterval: one in so many packets. */
const INTERVALS: ReadonlySet<number> = new Set([34, 50]);
/** Packets taken in a row, and packets left out after them (RFC 5477, sections 8.2.2 and 8.2.3). */
const SAMPLING_PACKET_INTERVAL = 305;
const SAMPLING_PACKET_SPACE = 306;
/** systemInitTimeMilliseconds: what uptimes in IPFIX count from. */
const SYSTEM_INIT_TIME = 160;

/** Remember what an options record says of its exporter that flows are to be read by. Counts are never multiplied. */
export function noteOptions({ exporter, template, bytes, offsets, lengths }: DataRecord): void {
  let taken: number | null = null;
  let leftOut: number | null = null;
  template.fields.forEach(({ element: { enterprise, id, type } }, index) => {
    if (enterprise !== 0) return;
    const at = offsets[index]!;
    const length = lengths[index]!;
    if (id === SYSTEM_INIT_TIME) exporter.systemInitTimeMs = readTimeMs(type, bytes, at, length);
    else if (id === SAMPLING_PACKET_INTERVAL) taken = readCount(bytes, at, length);
    else if (id === SAMPLING_PACKET_SPACE) leftOut = readCount(bytes, at, length);
    else if (INTERVALS.has(id)) noteInterval(exporter, readCount(bytes, at, length));
  });
  if (taken !== null && leftOut !== null) noteInterval(exporter, Number(((taken + leftOut) / taken).toPrecision(6)));
}

function noteInterval(exporter: DataRecord["exporter"], interval: number | null): void {
  if (interval !== null && Number.isFinite(interval) && interval > 0) exporter.samplingInterval = interval;
}
