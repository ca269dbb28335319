import { FlamencoError } from "@flamenco/policies/errors";
import { Alert, parseDocument } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import { preprocessLimits } from "./limits.js";

/** @throws FLM_SCHEMA, also for a span that ends before it starts or a moment without a zone */
export function openAlerts(document: unknown): readonly Alert[] {
  const alerts = parseDocument(
    Type.Array(Alert, { maxItems: preprocessLimits.alertWindows }),
    document,
    "alert report",
  );
  for (const [index, { start, end }] of alerts.entries()) {
    if (!(readMoment(start) <= readMoment(end))) {
      throw new FlamencoError(
        "FLM_SCHEMA",
        `Alert ${index + 1} of the report has no time span: start and end are milliseconds or ISO 8601 with a zone.`,
      );
    }
  }
  return alerts;
}

const zoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds of a moment; NaN for what is none. A time without a zone is nobody's: the report's or the machine's? */
function readMoment(moment: number | string): number {
  if (typeof moment === "number") return moment;
  return zoned.test(moment) ? Date.parse(moment.replace(" ", "T")) : Number.NaN;
}

export interface AlertRows {
  /** Milliseconds; a row without a time is in no window. */
  readonly timesMs: Float64Array;
  /** Columns of addresses and of ports, of which one must match where an alert names any. */
  readonly addresses: readonly (readonly string[])[];
  readonly ports: readonly Float64Array[];
}

/**
 * The alert that each row lies in, the first of the report where several do; -1 for none (§4.4 "Data preparation": flows are matched
 * to the alert report by First Seen). One pass over rows in time order with the alerts that are open.
 */
export function matchAlerts({ timesMs, addresses, ports }: AlertRows, alerts: readonly Alert[]): Int32Array {
  const spans = alerts
    .map((alert, index) => ({
      index,
      start: readMoment(alert.start),
      end: readMoment(alert.end),
      addresses: alert.addresses && new Set(alert.addresses),
      ports: alert.ports && new Set(alert.ports),
    }))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  const matches = new Int32Array(timesMs.length).fill(-1);
  const order = Int32Array.from(timesMs.keys()).filter((row) => Number.isFinite(timesMs[row]!));
  order.sort((a, b) => timesMs[a]! - timesMs[b]!);
  let [next, open] = [0, [] as typeof spans];
  for (const row of order) {
    const time = timesMs[row]!;
    const before = next;
    while (next < spans.length && spans[next]!.start <= time) open.push(spans[next++]!);
    if (next > before || open.some(({ end }) => end < time)) {
      open = open.filter(({ end }) => end >= time).sort((a, b) => a.index - b.index);
    }
    const found = open.find(
      (span) =>
        (span.addresses === undefined || addresses.some((column) => span.addresses!.has(column[row]!))) &&
        (span.ports === undefined || ports.some((column) => span.ports!.has(column[row]!))),
    );
    matches[row] = found?.index ?? -1;
  }
  return matches;
}
