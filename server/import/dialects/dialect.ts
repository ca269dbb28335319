/** How a numeric column's cells are written. */
export type CellForm = "number";

/** One numeric column of a dialect: where it comes from and what its values may be. */
export interface NumericColumn {
  /** Field of the kind. */
  readonly field: string;
  /** Header names, lower case, single blanks; releases of one tool spell them differently. */
  readonly headers: readonly string[];
  /** The file's value is divided by this to get the kind's unit. */
  readonly divisor: number;
  /** Inclusive bounds of the file's value. */
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly integer: boolean;
  /** Why values below `min` mean "not measured" in this dialect; absent where they make a row out of range. */
  readonly missingBelowMin?: string;
  /** How its cells are written; plain numbers when absent. */
  readonly form?: CellForm;
  /** Cells, trimmed, that say "not given": the field is missing, the row is not dropped. */
  readonly missing?: readonly string[];
}

/** A text column that is kept as it stands. */
export interface TextColumn {
  readonly field: string;
  readonly headers: readonly string[];
  /** Cells, trimmed, that say "not given"; an empty cell always does. */
  readonly missing?: readonly string[];
}

/** A dialect of delimited text: how a tool writes flows or measurements. */
export interface Dialect {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly delimiter: "," | "\t" | ";";
  /**
   * Lines that begin with this are no rows; the header is the first of them that begins with `headerMark`. Absent where the
   * first line is the header.
   */
  readonly comments?: { readonly mark: string; readonly headerMark: string };
  /** The first line that is this text ends the rows; what follows it is a summary. */
  readonly trailer?: string;
  readonly numeric: readonly NumericColumn[];
  readonly text: readonly TextColumn[];
  /** Fields without which a file is not of this dialect. */
  readonly required: readonly string[];
  /** Start of the flow; see `start-time-sql.ts` for the forms. */
  readonly time: { readonly field: string; readonly headers: readonly string[] };
  readonly label: readonly string[];
  /** Columns that name a flow; with a time they make identical rows duplicates rather than coincidences. */
  readonly identity: readonly string[];
  /** Columns that number the rows of a file and say nothing of the flow: identical rows may differ in them. */
  readonly rowNumbers: readonly string[];
  /** Columns that releases are known to repeat: the first is used, the others are left out. */
  readonly repeated: readonly string[];
  /** Known columns that no field is made of. */
  readonly unused: readonly string[];
  /** Labels of published releases: tells a label that was cut from a whole one. */
  readonly knownLabels: readonly string[];
}

/** A header cell as headers are compared: no byte-order mark, one blank between words, lower case. */
export function normalizeHeader(cell: string): string {
  return cell
    .replace(/^\uFEFF/, "")
    .trim()
    .replaceAll(/\s+/g, " ")
    .toLowerCase();
}
