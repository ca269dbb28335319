import { correlate } from "./rank-correlation.js";

/** A sample of rows, and what each LF reads of them. */
export interface FieldSample {
  /** Numeric columns by field, NaN missing. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Fields of each LF. */
  readonly fieldsOf: readonly (readonly string[])[];
}

/**
 * How strongly the features of two LFs correlate: the pair of different fields with the largest |r|. `null` when both read
 * one and the same field, or a field is not in the sample or does not vary. Each pair of fields is computed once.
 */
export function createFieldCorrelation({ columns, fieldsOf }: FieldSample): (a: number, b: number) => number | null {
  const known = new Map<string, number | null>();
  const correlationOf = (one: string, other: string): number | null => {
    const [first, second] = one < other ? [one, other] : [other, one];
    const key = `${first} ${second}`;
    if (!known.has(key)) {
      const [a, b] = [columns.get(first), columns.get(second)];
      known.set(key, a === undefined || b === undefined ? null : correlate(a, b));
    }
    return known.get(key) ?? null;
  };
  return (a, b) => {
    let strongest: number | null = null;
    for (const one of fieldsOf[a] ?? []) {
      for (const other of fieldsOf[b] ?? []) {
        const value = one === other ? null : correlationOf(one, other);
        if (value !== null && (strongest === null || Math.abs(value) > Math.abs(strongest))) strongest = value;
      }
    }
    return strongest;
  };
}
