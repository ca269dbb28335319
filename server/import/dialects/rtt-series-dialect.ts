import { type Dialect, defineDialect } from "./dialect.js";
import { column } from "./numeric-columns.js";

/** `epoch;rtt[;label]`: one source-destination pair a file, round-trip times in milliseconds, below zero for a lost probe. */
export const rttSeriesDialect: Dialect = defineDialect({
  name: "rtt-series",
  title: "Series of round-trip times, epoch;rtt and a label",
  kind: "rtt/1",
  delimiter: ";",
  numeric: [column("rttMs", ["rtt"], { missingBelowMin: "negative: the probe was lost" })],
  required: ["timeMs", "rttMs"],
  time: {
    field: "timeMs",
    headers: ["epoch"],
    forms: ["date-time", "day-first", "epoch-seconds"],
    note: "Times carry no zone: they are read as UTC, and day first where written with slashes.",
  },
  label: ["cp", "label"],
  knownLabels: ["0", "1"],
  computed: [{ field: "lost", from: ["rttMs"], sql: '"rttMs" IS NULL' }],
  stemField: "source",
  notes: [
    "The rows name neither probe nor target: source is the file's name without its endings, and there is no destination. Negative round-trip times are lost probes: kept, with lost true and no rttMs.",
  ],
});
