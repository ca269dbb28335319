import type { Interval, ReportCell } from "./study-report.js";

/** Three significant decimals; `-` for what is not defined. */
export function formatNumber(value: number | null): string {
  if (value === null) return "-";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return Math.abs(value) > 0 && Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(3);
}

/** A number and, in brackets, its interval. */
export function formatInterval({ value, interval }: Interval): string {
  if (interval === null) return formatNumber(value);
  return `${formatNumber(value)} [${interval.map(formatNumber).join(", ")}]`;
}

/** One cell of a table. */
export function formatCell(cell: ReportCell): string {
  if (cell === null) return "-";
  if (typeof cell === "string") return cell;
  return typeof cell === "number" ? formatNumber(cell) : formatInterval(cell);
}
