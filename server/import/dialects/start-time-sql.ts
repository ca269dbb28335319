import { sqlText } from "../sql.js";

/**
 * The forms of a start time that CIC releases hold. No form carries a zone: times are read as UTC, which the account notes.
 * - `2018-12-01 10:51:39.813448` (CIC-DDoS2019)
 * - `7/7/2017 3:30`, `03/07/2017 08:55:58`, `14/06/2021 07:45:01 PM`: day first, as CICFlowMeter formats it
 */
const forms = [
  { pattern: String.raw`\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2}\.\d{1,6}`, formats: ["%Y-%m-%d %H:%M:%S.%f"] },
  { pattern: String.raw`\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2}`, formats: ["%Y-%m-%d %H:%M:%S"] },
  {
    pattern: String.raw`\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}(:\d{2})? [AP]M`,
    formats: ["%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p"],
  },
  {
    pattern: String.raw`\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}(:\d{2})?`,
    formats: ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"],
  },
];

/** `17:12.6`: minutes and seconds of an unknown hour of an unknown day. The start is missing, the row is not. */
const withoutDate = String.raw`\d{1,2}:\d{2}(\.\d+)?`;

/** SQL: milliseconds since 1970-01-01 UTC of a trimmed cell, with microseconds as its fraction; null in any other form. */
export function startTimeSql(cell: string): string {
  const cases = forms.map(
    ({ pattern, formats }) =>
      `WHEN regexp_full_match(${cell}, ${sqlText(pattern)}) THEN epoch_us(try_strptime(${cell}, [${formats.map(sqlText).join(", ")}]))`,
  );
  return `(CASE ${cases.join(" ")} END) / 1e3`;
}

/** SQL: true for a cell that holds a time of day without a date. */
export function isWithoutDateSql(cell: string): string {
  return `regexp_full_match(${cell}, ${sqlText(withoutDate)})`;
}
