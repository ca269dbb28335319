/** Rows by the part of a dataset that they belong to. */
export interface Segments {
  /** Index of each row's segment, in the order of first appearance. */
  readonly codes: Int32Array;
  /** Cells of each segment, one a column. */
  readonly keys: readonly (readonly string[])[];
}

/** Segments of rows whose cells agree in every column: source-destination pairs (§3.4.1). */
export function findSegments(columns: readonly (readonly string[] | Float64Array)[], rows: number): Segments {
  const known = new Map<string, number>();
  const keys: string[][] = [];
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cells = columns.map((column) => String(column[row]));
    const name = JSON.stringify(cells);
    let code = known.get(name);
    if (code === undefined) {
      code = keys.length;
      known.set(name, code);
      keys.push(cells);
    }
    codes[row] = code;
  }
  return { codes, keys };
}
