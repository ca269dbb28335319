import type { NumericColumn } from "./dialect.js";

/** Beyond any measured value, and small enough that no sum, square or rate made of values overflows. */
const LARGEST = 1e30;

/** A column of real numbers from 0 up in the kind's unit, unless `rest` says otherwise. */
export function column(
  field: string,
  headers: readonly string[],
  rest: Partial<Omit<NumericColumn, "field" | "headers">> = {},
): NumericColumn {
  return Object.freeze({ field, headers, divisor: 1, min: 0, max: LARGEST, integer: false, ...rest });
}

/** Real numbers in the kind's unit. */
export function real(field: string, ...headers: string[]): NumericColumn {
  return column(field, headers);
}

/** Whole numbers, exact. */
export function count(field: string, ...headers: string[]): NumericColumn {
  return column(field, headers, { integer: true, max: Number.MAX_SAFE_INTEGER });
}

/** Whole numbers between two bounds, both inclusive. */
export function bounded(field: string, min: number, max: number, ...headers: string[]): NumericColumn {
  return column(field, headers, { integer: true, min, max });
}

/** Ports, also in hexadecimal; cells that hold an ICMP message's type and code are no ports. */
export function port(field: string, ...headers: string[]): NumericColumn {
  return column(field, headers, { integer: true, max: 65_535, form: "port" });
}

/** IP protocols, as names or numbers. */
export function protocol(...headers: string[]): NumericColumn {
  return column("protocol", headers, { integer: true, max: 255, form: "protocol" });
}
