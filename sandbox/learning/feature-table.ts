import { learningLimits } from "./limits.js";

/** How values of one feature become bins: bin 0 holds missing values, bin b > 0 those from `edges[b - 1]` up to the next edge. */
export interface FeatureBins {
  readonly feature: string;
  /** Smallest value that each bin takes, from bin 1 on; rising. The first is -Infinity. */
  readonly edges: Float64Array;
}

/** A table in bins, a byte a cell: what trees learn from. */
export interface BinnedTable {
  readonly rows: number;
  readonly features: readonly FeatureBins[];
  /** `cells[feature][row]` is the bin. */
  readonly cells: readonly Uint8Array[];
}

/**
 * Bins of a feature from values of training rows: one for each distinct value where there are few, with edges half-way between
 * neighbors, else between quantiles.
 * Missing values (NaN) have bin 0; infinite ones are values like others.
 */
export function chooseBins(feature: string, values: Float64Array): FeatureBins {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = [Number.NEGATIVE_INFINITY];
  const add = (value: number): void => {
    if (value > edges.at(-1)!) edges.push(value);
  };
  const most = learningLimits.bins - 2;
  const distinct: number[] = [];
  for (let index = 0; index < sorted.length && distinct.length <= most; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) distinct.push(sorted[index]!);
  }
  if (distinct.length <= most)
    for (const [index, value] of distinct.slice(1).entries()) add(halfWay(distinct[index]!, value));
  else for (let bin = 1; bin <= most; bin++) add(sorted[Math.floor((bin * sorted.length) / (most + 1))]!);
  return { feature, edges: Float64Array.from(edges) };
}

/** Above `low`, at most `high`; of an infinite end it is `high`. */
function halfWay(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low && middle < high ? middle : high;
}

/** Bin of every value. */
export function binValues({ edges }: FeatureBins, values: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return 0;
    let low = 1;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** Columns of equal length as a table, under bins that were chosen before (for rows to predict) or from these values. */
export function binTable(columns: ReadonlyMap<string, Float64Array>, known?: readonly FeatureBins[]): BinnedTable {
  const features = known ?? [...columns].map(([feature, values]) => chooseBins(feature, values));
  const empty = new Float64Array(0);
  const cells = features.map((feature) => binValues(feature, columns.get(feature.feature) ?? empty));
  return { rows: cells[0]?.length ?? 0, features, cells };
}
