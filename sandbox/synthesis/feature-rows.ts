/** Rows of numeric features with what is known of their labels; two labels, of index 0 and 1. */
export interface FeatureRows {
  /** One column a feature, all of one length; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** Label index of each row, -1 unknown. */
  readonly truth: Int8Array;
}

/** Rows of `source` by index, in that order. */
export function pickRows(source: FeatureRows, rows: Int32Array): FeatureRows {
  return {
    columns: source.columns.map((values) => Float64Array.from(rows, (row) => values[row]!)),
    truth: Int8Array.from(rows, (row) => source.truth[row]!),
  };
}

/** For each column, the rows whose value is there, by rising value; equal values in row order. */
export function sortColumns(columns: readonly Float64Array[]): Int32Array[] {
  return columns.map((values) => {
    const present = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]!));
    return present.sort((a, b) => values[a]! - values[b]! || a - b);
  });
}
