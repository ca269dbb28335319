import { sqlText } from "../sql.js";
import type { CellForm, NumericColumn } from "./dialect.js";
import { protocolNumbers, withoutProtocolNumber } from "./protocol-numbers.js";

/** How the cells of a form are read. Cells are SQL of trimmed text; regular expressions are left to those that need one. */
interface Form {
  /** SQL: DOUBLE, or null for text in any other form. */
  readonly value: (cell: string) => string;
  /** Text of the form that says that the field has no value: SQL that is true for it, and why. Absent where no text does. */
  readonly missing?: { readonly test: (cell: string) => string; readonly why: string };
}

const matches = (cell: string, pattern: string) => `regexp_full_match(${cell}, ${sqlText(pattern)})`;
const group = (cell: string, pattern: string, index: number) =>
  `regexp_extract(${cell}, ${sqlText(pattern)}, ${index})`;

/** DuckDB's cast reads 1_000 and +-1, which are not numbers in a text file. */
const numberSql = (cell: string) =>
  `(CASE WHEN contains(${cell}, '_') OR contains(${cell}, '+-') THEN NULL ELSE TRY_CAST(${cell} AS DOUBLE) END)`;

const HEX = "0x[0-9a-fA-F]{1,8}";
const hexOrNumberSql = (cell: string) =>
  `(CASE WHEN NOT starts_with(${cell}, '0x') THEN ${numberSql(cell)}
    WHEN ${matches(cell, HEX)} THEN TRY_CAST(${cell} AS BIGINT)::DOUBLE END)`;

/** Bits of the TCP flags (RFC 9293, section 3.1) by the letters that nfdump and argus print. */
const flagBits = Object.entries({ F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 });
const flagsSql = (cell: string) =>
  `(${flagBits.map(([letter, bit]) => `CASE WHEN contains(${cell}, '${letter}') THEN ${bit} ELSE 0 END`).join(" + ")})`;

const NFDUMP_FLAGS = "[.CEUAPRSF]{6,8}";
const ARGUS_FLAGS = "[FSRPAUEC]*_[FSRPAUEC]*";

/** Most rows are asked few questions: TCP and UDP first. */
const protocolCases = Object.entries({ tcp: 6, udp: 17, ...protocolNumbers })
  .map(([name, code]) => `WHEN ${sqlText(name)} THEN ${code}`)
  .join(" ");

const CLOCK = String.raw`\d{1,6}:[0-5]\d:[0-5]\d(\.\d{1,6})?`;
const SCALED = String.raw`(\d+(?:\.\d+)?) ([KMGT])`;
const ICMP_DOTTED = String.raw`(\d{1,3})\.(\d{1,3})`;
/** An ICMP message, or a hexadecimal number of more than two bytes: argus writes the SPIs of ESP so. */
const NO_PORT = String.raw`\d{1,3}\.\d{1,3}|0x[0-9a-fA-F]{5,8}`;
const ICMP_HEX = "0x([0-9a-fA-F]{2})([0-9a-fA-F]{2})";

/** A number of two bytes; more than that gives a higher byte that is out of range. */
const twoBytesSql = (cell: string) =>
  `(CASE WHEN ${matches(cell, String.raw`\d{1,9}`)} THEN TRY_CAST(${cell} AS INTEGER) END)`;

/**
 * One part of an ICMP message's type and code, in a column that holds the ports of other protocols.
 * @param isLike cheap SQL that rules out ports.
 */
const icmpPart = (isLike: (cell: string) => string, pattern: string, index: number, prefix: string): Form => ({
  value: (cell) =>
    `(CASE WHEN NOT ${isLike(cell)} THEN NULL WHEN ${matches(cell, pattern)}
      THEN TRY_CAST(${sqlText(prefix)} || ${group(cell, pattern, index)} AS INTEGER) END)`,
  missing: {
    test: (cell) => `(CASE WHEN ${isLike(cell)} THEN NOT ${matches(cell, pattern)} ELSE true END)`,
    why: "no ICMP message",
  },
});
const isDotted = (cell: string) => `contains(${cell}, '.')`;
const isHex = (cell: string) => `starts_with(${cell}, '0x')`;

const forms: Readonly<Record<CellForm, Form>> = Object.freeze({
  number: { value: numberSql },
  "scaled-number": {
    // Digits and power are joined as text: one rounding, that of the decimal number.
    value: (cell) => `(CASE WHEN NOT contains(${cell}, ' ') THEN ${numberSql(cell)}
      WHEN ${matches(cell, SCALED)} THEN TRY_CAST(${group(cell, SCALED, 1)} || CASE ${group(cell, SCALED, 2)}
        WHEN 'K' THEN 'e3' WHEN 'M' THEN 'e6' WHEN 'G' THEN 'e9' ELSE 'e12' END AS DOUBLE) END)`,
  },
  clock: {
    // Whole microseconds and one division: the double next to the decimal number.
    value: (cell) => `(CASE WHEN NOT contains(${cell}, ':') THEN ${numberSql(cell)}
      WHEN ${matches(cell, CLOCK)} THEN epoch_us(TRY_CAST(${cell} AS INTERVAL)) / 1e6 END)`,
  },
  protocol: {
    value: (cell) => `(CASE lower(${cell}) ${protocolCases} ELSE ${numberSql(cell)} END)`,
    missing: {
      test: (cell) => `lower(${cell}) IN (${withoutProtocolNumber.map(sqlText).join(", ")})`,
      why: "a name that stands for no one IP protocol",
    },
  },
  "tcp-flags": {
    value: (cell) =>
      `(CASE WHEN ${matches(cell, NFDUMP_FLAGS)} THEN ${flagsSql(cell)} ELSE ${hexOrNumberSql(cell)} END)`,
  },
  "argus-state": {
    value: (cell) =>
      `(CASE WHEN NOT contains(${cell}, '_') THEN NULL WHEN ${matches(cell, ARGUS_FLAGS)} THEN ${flagsSql(cell)} END)`,
    missing: {
      test: (cell) => `(CASE WHEN contains(${cell}, '_') THEN NOT ${matches(cell, ARGUS_FLAGS)} ELSE true END)`,
      why: "the state names no flags",
    },
  },
  port: {
    value: hexOrNumberSql,
    missing: {
      test: (cell) => `(CASE WHEN ${isDotted(cell)} OR ${isHex(cell)} THEN ${matches(cell, NO_PORT)} ELSE false END)`,
      why: "what stands there is no port",
    },
  },
  "high-byte": { value: (cell) => `(${twoBytesSql(cell)} >> 8)` },
  "low-byte": { value: (cell) => `(${twoBytesSql(cell)} & 255)` },
  "icmp-dotted-type": icmpPart(isDotted, ICMP_DOTTED, 1, ""),
  "icmp-dotted-code": icmpPart(isDotted, ICMP_DOTTED, 2, ""),
  "icmp-hex-type": icmpPart(isHex, ICMP_HEX, 2, "0x"),
  "icmp-hex-code": icmpPart(isHex, ICMP_HEX, 1, "0x"),
  boolean: {
    value: (cell) =>
      `(CASE WHEN lower(${cell}) IN ('true', '1') THEN 1 WHEN lower(${cell}) IN ('false', '0') THEN 0 END)`,
  },
});

/** What a form is, for people. */
export const formTitles: Readonly<Record<CellForm, string>> = Object.freeze({
  number: "number",
  "scaled-number": "number, also as `1.2 M` (powers of 1000)",
  clock: "`hh:mm:ss.mmm`, or seconds",
  protocol: "protocol name or number",
  "tcp-flags": "flag letters `...AP.SF`, or a number",
  "argus-state": "flag letters of both sides, `FSPA_FSA`; other states name no flags",
  port: "port, decimal or `0x…`",
  "high-byte": "higher byte of a two-byte number",
  "low-byte": "lower byte of a two-byte number",
  "icmp-dotted-type": "`type.code` of ICMP",
  "icmp-dotted-code": "`type.code` of ICMP",
  "icmp-hex-type": "`0xCCTT` of ICMP: code, type",
  "icmp-hex-code": "`0xCCTT` of ICMP: code, type",
  boolean: "`true` or `false`, `1` or `0`",
});

const formOf = (column: NumericColumn) => forms[column.form ?? "number"];

/**
 * SQL: DOUBLE of a cell in the column's form, before its divisor; null where the cell says "not given", and for text that is
 * not of the form.
 * @param cell SQL of the trimmed text.
 */
export function cellValueSql(column: NumericColumn, cell: string): string {
  const value = `(${formOf(column).value(cell)})::DOUBLE`;
  return `(CASE WHEN ${isMissingCellSql(column, cell)} THEN NULL ELSE ${value} END)`;
}

/** SQL: true for a cell that says that the field has no value, as opposed to text that is not of the column's form. */
export function isMissingCellSql(column: NumericColumn, cell: string): string {
  const { missing } = formOf(column);
  const tokens = (column.missing ?? []).map((token) => `${cell} = ${sqlText(token)}`);
  return `(${[...tokens, missing === undefined ? "false" : missing.test(cell)].join(" OR ")})`;
}

/** Why a column's field is missing in some rows, for the account. */
export function missingReasonOf(column: NumericColumn): string {
  return column.missingBelowMin ?? column.missingAboveMax ?? formOf(column).missing?.why ?? "not given";
}
