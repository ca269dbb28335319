/** A column that the search cannot use, and why. */
export interface LeftOutColumn {
  readonly column: string;
  readonly reason: string;
}

export interface NumericColumns {
  /** Values by heading, NaN missing. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly leftOut: readonly LeftOutColumn[];
}

/** UTF-16 units of a heading, as in the schema of a local kind. */
const HEADING_CHARACTERS = 1000;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Text columns as numbers. A column with anything else than numbers, with one value or with none is left out. */
export function readNumericColumns(columns: ReadonlyMap<string, readonly string[]>): NumericColumns {
  const kept = new Map<string, Float64Array>();
  const leftOut: LeftOutColumn[] = [];
  for (const [column, cells] of columns) {
    if (column.length > HEADING_CHARACTERS) {
      leftOut.push({
        column: `${column.slice(0, 60)}…`,
        reason: `its heading has more than ${HEADING_CHARACTERS} characters`,
      });
      continue;
    }
    const values = new Float64Array(cells.length).fill(Number.NaN);
    let others = 0;
    for (const [row, cell] of cells.entries()) {
      const text = cell.trim();
      if (isMissing(text)) continue;
      const value = number.test(text) ? Number(text) : Number.NaN;
      if (Number.isFinite(value)) values[row] = value;
      else others++;
    }
    const reason = others > 0 ? `${others} cells are no finite numbers` : findEmptiness(values);
    if (reason === undefined) kept.set(column, values);
    else leftOut.push({ column, reason });
  }
  return { columns: kept, leftOut };
}

/** Empty cells, `NaN` and `null`, as `lf test` reads them. */
function isMissing(text: string): boolean {
  return text === "" || text === "null" || /^nan$/i.test(text);
}

function findEmptiness(values: Float64Array): string | undefined {
  const first = values.find((value) => !Number.isNaN(value));
  if (first === undefined) return "no cell holds a value";
  return values.every((value) => Number.isNaN(value) || value === first) ? "it has one value only" : undefined;
}
