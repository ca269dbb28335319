import type { DatasetStatistics, Kind } from "@flamenco/policies/wire";
import type { LfRow } from "../row.js";
import { type QuantileFunction, quantileFunctionOf } from "./quantile-function.js";
import type { Random } from "./random.js";

/** Rows of the kind that ranks are taken among. */
const referenceRows = 2000;

interface Column {
  readonly name: string;
  readonly whole: boolean;
  /** Sorted values of the kind's own rows; a value's place among them is its rank. */
  readonly reference: Float64Array;
  readonly quantile: QuantileFunction | undefined;
  readonly missing: number;
}

/** Triples of fields whose order holds in every dataset: `flowIatMin <= flowIatMean <= flowIatMax`. */
function orderedTriples(kind: Kind): readonly (readonly [string, string, string])[] {
  const names = new Set(kind.fields.map(({ name }) => name));
  return [...names]
    .filter((name) => name.endsWith("Mean"))
    .map((name) => name.slice(0, -"Mean".length))
    .filter((stem) => names.has(`${stem}Min`) && names.has(`${stem}Max`))
    .map((stem) => [`${stem}Min`, `${stem}Mean`, `${stem}Max`] as const);
}

/**
 * Gives rows of a kind the distributions of a catalog: a value becomes the value of the same rank in the catalog's
 * distribution (a copula of the kind's own rows with the catalog's margins), so that fields move together as before.
 */
export function reshape(
  kind: Kind,
  catalog: DatasetStatistics,
  reference: () => LfRow,
  random: Random,
): (row: LfRow) => LfRow {
  const sample = Array.from({ length: referenceRows }, reference);
  const total = Math.max(0, ...Object.values(catalog).map(({ count }) => count ?? 0));
  const columns = kind.fields
    .filter(({ type }) => type === "number" || type === "integer")
    // A port or protocol between two percentiles means nothing: what is universal keeps the kind's own values.
    .filter(({ name, access }) => access !== "universal" || !Object.hasOwn(catalog, name))
    .map(({ name, type }): Column => {
      const own = Object.hasOwn(catalog, name) ? catalog[name] : undefined;
      const values = sample.map((row) => row[name]).filter((value) => typeof value === "number");
      const missing = own?.count === null || total === 0 ? 0 : 1 - (own?.count ?? 0) / total;
      const quantile = own === undefined ? undefined : quantileFunctionOf(own);
      return { name, whole: type === "integer", reference: Float64Array.from(values).sort(), quantile, missing };
    });
  const triples = orderedTriples(kind);
  return (row) => {
    const shaped: Record<string, LfRow[string]> = { ...row };
    for (const { name, whole, reference, quantile, missing } of columns) {
      const share = rankOf(row[name], reference, random);
      const value = quantile?.(share);
      const absent = random.chance(missing) || value === undefined || !Number.isFinite(value);
      shaped[name] = absent ? null : whole ? Math.round(value) : value;
    }
    for (const triple of triples) keepOrder(shaped, triple);
    return shaped;
  };
}

/** Share of the reference below a value; ties, and a value that is missing, are spread evenly over the ranks they span. */
function rankOf(value: LfRow[string] | undefined, reference: Float64Array, random: Random): number {
  if (typeof value !== "number" || reference.length === 0) return random.uniform();
  const below = countBelow(reference, (other) => other < value);
  const upTo = countBelow(reference, (other) => other <= value);
  return (below + random.uniform() * Math.max(1, upTo - below)) / (reference.length + (upTo > below ? 0 : 1));
}

/** How many leading elements of a sorted array satisfy `holds`. */
function countBelow(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keepOrder(row: Record<string, LfRow[string]>, [min, mean, max]: readonly [string, string, string]): void {
  const middle = row[mean];
  if (typeof middle !== "number") return;
  if (typeof row[min] === "number") row[min] = Math.min(row[min], middle);
  if (typeof row[max] === "number") row[max] = Math.max(row[max], middle);
}
