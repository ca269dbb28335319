import { sqlText } from "../sql.js";
import type { TimeColumn, TimeForm } from "./dialect.js";

/** SQL of the milliseconds since 1970-01-01 UTC that a cell matching `pattern` stands for; null text stands for none. */
interface Form {
  readonly pattern: string;
  readonly milliseconds: (cell: string) => string;
}

/** One of several spellings of a date; microseconds stay as the fraction of a millisecond. */
const dated =
  (...formats: string[]) =>
  (cell: string) =>
    `epoch_us(try_strptime(${cell}, [${formats.map(sqlText).join(", ")}])) / 1e3`;

/** The same for the two spellings that the engine reads itself, much faster. */
const timestamp = (cell: string) => `epoch_us(TRY_CAST(${cell} AS TIMESTAMP)) / 1e3`;

/** Last millisecond of the year 9999, as the kinds bound times. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const bounded = (milliseconds: string) => `(CASE WHEN ${milliseconds} <= ${LAST_MS} THEN ${milliseconds} END)`;

/** No form carries a zone, and epochs need none: times are read as UTC. */
const forms: Readonly<Record<TimeForm, Form>> = Object.freeze({
  /** `2018-12-01 10:51:39.813448` */
  "date-time": {
    pattern: String.raw`\d{4}-\d{2}-\d{2} ([01]?\d|2[0-3]):\d{2}:\d{2}(\.\d{1,6})?`,
    milliseconds: timestamp,
  },
  /** `2019/04/04 16:23:00.325010` */
  "date-time-slashes": {
    pattern: String.raw`\d{4}/\d{2}/\d{2} ([01]?\d|2[0-3]):\d{2}:\d{2}(\.\d{1,6})?`,
    milliseconds: timestamp,
  },
  /** `14/06/2021 07:45:01 PM` */
  "day-first-twelve-hours": {
    pattern: String.raw`\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}(:\d{2})? [AP]M`,
    milliseconds: dated("%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p"),
  },
  /** `03/07/2017 08:55:58`, `7/7/2017 3:30` */
  "day-first": {
    pattern: String.raw`\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}(:\d{2})?`,
    milliseconds: dated("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"),
  },
  /** `1700828217.314165`: whole microseconds, then one division. */
  "epoch-seconds": {
    pattern: String.raw`\d{1,12}(\.\d+)?`,
    milliseconds: (cell) => bounded(`(TRY_CAST(TRY_CAST(${cell} AS DECIMAL(20, 6)) * 1000000 AS BIGINT) / 1e3)`),
  },
  /** `1700828217314.165` */
  "epoch-milliseconds": {
    pattern: String.raw`\d{1,15}(\.\d+)?`,
    milliseconds: (cell) => bounded(`TRY_CAST(${cell} AS DOUBLE)`),
  },
  /** `1700828217314`: of the years 1973 to 2286, which no number of seconds is mistaken for. */
  "epoch-milliseconds-whole": {
    pattern: String.raw`\d{12,13}`,
    milliseconds: (cell) => `TRY_CAST(${cell} AS DOUBLE)`,
  },
  /** `17:12.6`: minutes and seconds of an unknown hour. The start is missing, the row is not. */
  "minutes-without-date": { pattern: String.raw`\d{1,2}:\d{2}(\.\d+)?`, milliseconds: () => "NULL" },
  /** `22:05:20.474299`: a time of an unknown day. */
  "time-without-date": { pattern: String.raw`\d{1,2}:\d{2}:\d{2}(\.\d+)?`, milliseconds: () => "NULL" },
});

/** What a form is, for people. */
export const timeFormTitles: Readonly<Record<TimeForm, string>> = Object.freeze({
  "date-time": "`2018-12-01 10:51:39.813448`",
  "date-time-slashes": "`2019/04/04 16:23:00.325010`",
  "day-first-twelve-hours": "`14/06/2021 07:45:01 PM`",
  "day-first": "`7/7/2017 3:30` (day first)",
  "epoch-seconds": "seconds since 1970-01-01 UTC",
  "epoch-milliseconds": "milliseconds since 1970-01-01 UTC",
  "epoch-milliseconds-whole": "whole milliseconds since 1970-01-01 UTC",
  "minutes-without-date": "`17:12.6` (missing: no date)",
  "time-without-date": "`22:05:20.474` (missing: no date)",
});

const isOfForm = (form: TimeForm, cell: string) => `regexp_full_match(${cell}, ${sqlText(forms[form].pattern)})`;

/** SQL: DOUBLE of milliseconds since 1970-01-01 UTC of a trimmed cell, microseconds as its fraction; else null. */
export function startTimeSql(column: TimeColumn, cell: string): string {
  const cases = column.forms.map((form) => `WHEN ${isOfForm(form, cell)} THEN ${forms[form].milliseconds(cell)}`);
  return `(CASE ${cases.join(" ")} END)::DOUBLE`;
}

/** SQL: true for a trimmed cell that says that no point in time is given, as opposed to one that cannot be read. */
export function isMissingTimeSql(column: TimeColumn, cell: string): string {
  const dateless = column.forms.filter((form) => form.endsWith("-without-date")).map((form) => isOfForm(form, cell));
  const tokens = (column.missing ?? []).map((token) => `${cell} = ${sqlText(token)}`);
  return `(${[...tokens, ...dateless, "false"].join(" OR ")})`;
}
