import { columnStatistics, type LfRow, type VerifiedLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { type DatasetStatistics, type Field, fieldOf, type Kind, type LocalKind } from "@flamenco/policies/wire";
import type { TextTable } from "./table-file.js";
import { toLine } from "./text-table.js";

/** What LFs read of a table: rows of its kind, and the same as columns. */
export interface KindTable {
  readonly rows: number;
  /** A row by its index; missing values are null. */
  readonly rowAt: (row: number) => LfRow;
  /** Statistics of every column that is read, over the whole table. */
  readonly statistics: DatasetStatistics;
  /** Numbers as they are, NaN is missing; booleans 0 and 1, categories as codes in the order of their appearance. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

type Cell = number | string | boolean | null;

/**
 * The columns of a table that LFs read, by name (or the heading that a local kind gives), under the field types of the kind. An
 * empty cell, `null` and `NaN` are missing.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA for a cell that is not of its field's type; the message names row and column only
 */
export function readKindTable(
  table: TextTable,
  lfs: readonly VerifiedLf[],
  kind: Kind,
  local: LocalKind | undefined,
): KindTable {
  const read = lfs.flatMap(({ certificate }) => [
    ...certificate.fields,
    ...certificate.statistics.map((name) => name.slice(0, name.lastIndexOf("."))),
  ]);
  const cells = new Map([...new Set(read)].sort().map((name) => [name, readColumn(table, name, kind, local)]));
  const columns = new Map([...cells].map(([name, values]) => [name, numberCells(values)]));
  const numeric = [...columns].filter(([name]) => isNumeric(fieldOf(kind, name)));
  return {
    rows: table.rows,
    rowAt: (row) => Object.fromEntries([...cells].map(([name, values]) => [name, values[row] ?? null])),
    statistics: Object.fromEntries(numeric.map(([name, values]) => [name, columnStatistics(values)])),
    columns,
  };
}

/**
 * Ground truth of every row from a column of label names (or of the cells that a local kind names): label index, -1 where the
 * cell is empty.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA for a cell that is no label; the message quotes row and column only
 */
export function readTruth(
  table: TextTable,
  column: string,
  labels: readonly string[],
  local: LocalKind | undefined,
): Int8Array {
  const cells = columnOf(table, column);
  const known = new Map(labels.map((label, index) => [label.toLowerCase(), index]));
  for (const { cell, label } of local?.labels ?? []) known.set(cell.toLowerCase(), labels.indexOf(label));
  return Int8Array.from(cells, (cell, row) => {
    const text = cell.trim().toLowerCase();
    const label = text === "" ? -1 : known.get(text);
    if (label === undefined) {
      throw new FlamencoError(
        "FLM_SCHEMA",
        `Row ${row + 1}: the column ${toLine(column)} holds no label; cells are ${labels.join(", ")} or empty.`,
      );
    }
    return label;
  });
}

const isNumeric = (field: Field | undefined): boolean => field?.type === "number" || field?.type === "integer";

function columnOf(table: TextTable, heading: string): readonly string[] {
  const cells = table.columns.get(heading);
  if (cells !== undefined) return cells;
  throw new FlamencoError("FLM_FIELD_MISSING", `${toLine(table.path)} has no column ${toLine(heading)}.`);
}

function readColumn(table: TextTable, name: string, kind: Kind, local: LocalKind | undefined): Cell[] {
  const field = fieldOf(kind, name);
  const heading = local?.fields.find((candidate) => candidate.name === name)?.column ?? name;
  const cells = columnOf(table, heading);
  return cells.map((cell, row) => {
    const value = readCell(cell.trim(), field?.type ?? "number");
    if (value !== undefined) return value;
    const type = field?.type === "boolean" ? "boolean (true, false, 1, 0)" : "number";
    throw new FlamencoError("FLM_SCHEMA", `Row ${row + 1}: the column ${toLine(heading)} holds no ${type}.`);
  });
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** Undefined for a text that is no value of the type. */
function readCell(text: string, type: Field["type"]): Cell | undefined {
  if (text === "" || /^(null|nan)$/i.test(text)) return null;
  if (type === "category") return text;
  if (type === "boolean") return booleans.get(text.toLowerCase());
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function numberCells(values: readonly Cell[]): Float64Array {
  const codes = new Map<string, number>();
  return Float64Array.from(values, (value) => {
    if (value === null) return Number.NaN;
    if (typeof value !== "string") return Number(value);
    if (!codes.has(value)) codes.set(value, codes.size);
    return codes.get(value) ?? Number.NaN;
  });
}
