import { columnStatistics } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { fieldOf, type Kind, kinds, type LocalKind, localKindName, openLocalKind } from "@flamenco/policies/wire";
import { type FeatureRows, pickRows } from "./feature-rows.js";
import { nameFields } from "./field-names.js";
import { type LabelOptions, readLabelColumn } from "./label-column.js";
import { type LeftOutColumn, readNumericColumns } from "./numeric-columns.js";
import type { SynthesisTable } from "./synthesis-table.js";

/** A table of text cells, as a CSV file holds it. */
export interface CellTable {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

export interface FeatureTableOptions {
  readonly label: Omit<LabelOptions, "column"> & { readonly column: string };
  /** Column of `train`, `val` (or `validation`) and `test`. */
  readonly split: string;
  /** Columns to search; absent: all others. */
  readonly features?: readonly string[] | undefined;
}

/** What a search needs of a table, and how its columns became the fields of a kind. */
export interface FeatureTable extends SynthesisTable {
  readonly test: FeatureRows;
  /** A kind of this version when all numeric columns are fields of it, else one of this table. */
  readonly kind: Kind;
  /** Which columns its fields are; `null` when no column is numeric. */
  readonly local: LocalKind | null;
  readonly leftOut: readonly LeftOutColumn[];
  /** Rows of each split, by index in the table. */
  readonly rowsOf: Readonly<Record<"validation" | "train" | "test", Int32Array>>;
  /** Validation rows without a label, which are not used. */
  readonly unlabeledValidationRows: number;
}

const splits: Readonly<Record<string, "validation" | "train" | "test">> = Object.freeze({
  train: "train",
  val: "validation",
  validation: "validation",
  test: "test",
});

/**
 * Make the table of a search from text cells.
 * @throws FLM_SCHEMA naming columns and lines, never a cell; FLM_USAGE for options that do not fit the table
 */
export function readFeatureTable(table: CellTable, options: FeatureTableOptions): FeatureTable {
  const { label, split, features: wanted } = options;
  if (label.column === split) throw new FlamencoError("FLM_USAGE", "--label and --split name one column.");
  const cellsOf = (column: string, option: string) => {
    const cells = table.columns.get(column);
    if (cells !== undefined) return cells;
    throw new FlamencoError("FLM_SCHEMA", `The table has no column ${quote(column)} (${option}).`);
  };
  const { task, truth, cells } = readLabelColumn(cellsOf(label.column, "--label"), {
    ...label,
    column: quote(label.column),
  });
  const splitOfRow = cellsOf(split, "--split").map((cell, row) => readSplit(cell, row, split));
  const others = [...table.columns].filter(([column]) => column !== label.column && column !== split);
  for (const column of wanted ?? []) {
    if (!others.some(([other]) => other === column))
      throw new FlamencoError("FLM_USAGE", `--features: the table has no column ${quote(column)} to search.`);
  }
  const searched = new Map(wanted === undefined ? others : others.filter(([column]) => wanted.includes(column)));
  const { columns, leftOut } = readNumericColumns(searched);
  const { kind, local, names } = chooseKind([...columns.keys()], cells, [label.column, split]);
  const values = [...columns.values()];
  const rowsOf = (name: string, use: (row: number) => boolean = () => true) =>
    Int32Array.from([...splitOfRow.keys()].filter((row) => splitOfRow[row] === name && use(row)));
  const rows = {
    validation: rowsOf("validation", (row) => truth[row]! >= 0),
    train: rowsOf("train"),
    test: rowsOf("test"),
  };
  const all = { columns: values, truth };
  return {
    features: values.map((column, index) => ({
      name: names[index]!,
      universal: fieldOf(kind, names[index]!)?.access === "universal",
      statistics: columnStatistics(column),
      sorted: column.filter((value) => !Number.isNaN(value)).sort(),
    })),
    validation: pickRows(all, rows.validation),
    train: pickRows(all, rows.train),
    test: pickRows(all, rows.test),
    task,
    kind,
    local,
    leftOut,
    rowsOf: rows,
    unlabeledValidationRows: rowsOf("validation").length - rows.validation.length,
  };
}

function readSplit(cell: string, row: number, column: string): "validation" | "train" | "test" {
  const name = cell.trim().toLowerCase();
  if (Object.hasOwn(splits, name)) return splits[name]!;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `Row ${row + 1}: the column ${quote(column)} holds none of train, val and test.`,
  );
}

/** The first kind whose numeric fields the columns are, else the table's own. */
function chooseKind(columns: readonly string[], labels: LocalKind["labels"], others: readonly string[]) {
  const known = [...kinds.values()].find((kind) => columns.every((column) => isNumericField(kind, column)));
  const names = known === undefined ? nameFields(columns, others) : columns;
  const fields = columns.map((column, index) => {
    const field = known === undefined ? undefined : fieldOf(known, column);
    return {
      name: names[index]!,
      column,
      type: field?.type ?? "number",
      unit: field?.unit ?? "",
      access: field?.access ?? "ordinary",
      meaning: field?.meaning ?? `column ${quote(column)}`,
    };
  });
  const title = known?.title ?? "Rows of a table of its author's own.";
  const name = known?.name ?? localKindName;
  if (columns.length === 0) return { kind: known!, local: null, names };
  return { ...openLocalKind({ schema: "flamenco-local-kind/1", name, title, fields, labels }), names };
}

function isNumericField(kind: Kind, name: string): boolean {
  const field = fieldOf(kind, name);
  return (field?.type === "number" || field?.type === "integer") && field.access !== "private";
}

/** A heading in a message or comment: one line, of bounded length, in quotation marks. */
function quote(heading: string): string {
  const plain = heading.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "\uFFFD").replaceAll("*/", "* /");
  return `"${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}"`;
}
