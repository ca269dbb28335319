import type { CorrelationMatrix } from "./correlations.js";

/** A column that says what another one says already. */
export interface NearDuplicate {
  readonly column: string;
  /** The column to keep in its place, and their correlation. */
  readonly duplicateOf: string;
  readonly correlation: number;
}

/**
 * Columns to do without (§3.3.1 "Feature selection"): going through the columns by falling importance (then in their order), one whose
 * |r| with a column that is kept reaches the bound is a near-duplicate of the kept column that it follows most closely.
 * @param importance of columns by name; one that is absent counts as 0
 */
export function findNearDuplicates(
  { names, values }: CorrelationMatrix,
  bound: number,
  importance: ReadonlyMap<string, number> = new Map(),
): { readonly keep: readonly string[]; readonly drop: readonly NearDuplicate[] } {
  const weight = (column: number) => importance.get(names[column]!) ?? 0;
  const order = [...names.keys()].sort((a, b) => weight(b) - weight(a) || a - b);
  const kept: number[] = [];
  const drop: NearDuplicate[] = [];
  for (const column of order) {
    let closest = -1;
    const strength = (other: number) => Math.abs(values[column * names.length + other]!);
    for (const other of kept) {
      if (strength(other) >= bound && (closest < 0 || strength(other) > strength(closest))) closest = other;
    }
    if (closest < 0) kept.push(column);
    else {
      const correlation = values[column * names.length + closest]!;
      drop.push({ column: names[column]!, duplicateOf: names[closest]!, correlation });
    }
  }
  return { keep: kept.sort((a, b) => a - b).map((column) => names[column]!), drop };
}
