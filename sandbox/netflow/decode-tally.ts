import type { Cell } from "../records/index.js";
import type { DataRecord } from "./data-record.js";
import type { Exporter } from "./exporter.js";
import { flowRow, flowRowFields } from "./flow-row.js";
import { netflowLimits } from "./limits.js";
import type { MessageProblem } from "./message-sink.js";

/** What became of a record. */
export type RecordUse =
  | "flow"
  /** The exporter's statement about itself. */
  | "options"
  /** Data that describes no flow: events, tables, records without addresses or counts. */
  | "other";

const START_TIME = flowRowFields.indexOf("startTimeMs");

interface ProblemCount {
  count: number;
  /** The first of them. */
  readonly places: string[];
}

/** Counts what was decoded and what could not be, in bounded memory. */
export class DecodeTally {
  readonly records: Record<RecordUse, number> = { flow: 0, options: 0, other: 0 };
  readonly problems: Record<MessageProblem, ProblemCount> = {
    "malformed-message": { count: 0, places: [] },
    "malformed-template": { count: 0, places: [] },
    "malformed-record": { count: 0, places: [] },
    "no-template": { count: 0, places: [] },
  };
  /** Records with fields of RFC 6313, whose records within are not read. */
  recordsWithLists = 0;
  /** Flows whose exporter gives uptimes and does not say when it started. */
  flowsWithoutTime = 0;

  /** @returns the record as a row of `flow/1`; null when it is no flow. */
  take(record: DataRecord): Cell[] | null {
    const row = flowRow(record);
    if (row !== null && row[START_TIME] === null) this.flowsWithoutTime += 1;
    this.records[row !== null ? "flow" : record.template.isOptions ? "options" : "other"] += 1;
    if (record.template.listFields > 0) this.recordsWithLists += 1;
    return row;
  }

  /** @param place as an `ExportSink` is told */
  addProblem(problem: MessageProblem, text: string, place: string): void {
    const entry = this.problems[problem];
    entry.count += 1;
    if (entry.places.length < netflowLimits.places) entry.places.push(`${place}: ${text}`);
  }

  /** What an operator should know besides rows and drops, a line each. */
  notes(exporters: Iterable<Exporter>): string[] {
    const lines: string[] = [];
    const say = (count: number, text: string) => {
      if (count > 0) lines.push(`${text}: ${count}`);
    };
    say(this.records.options, "options records, statements of exporters about themselves");
    say(this.problems["malformed-template"].count, "templates refused because they are malformed");
    say(this.recordsWithLists, "records with lists of records (RFC 6313), whose content is not read");
    say(this.flowsWithoutTime, "flows without a start, whose exporter gives uptimes and does not say when it started");
    const intervals = new Set<number>();
    for (const { samplingInterval } of exporters) {
      if (samplingInterval !== null && samplingInterval > 1) intervals.add(samplingInterval);
    }
    if (intervals.size > 0) {
      const shown = [...intervals].sort((a, b) => a - b).slice(0, netflowLimits.places);
      lines.push(`exporters sample one packet in ${shown.join(", ")}; counts are as exported, nothing is multiplied`);
    }
    return lines;
  }
}
