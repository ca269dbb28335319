/** How a numeric column's cells are written; `cell-forms.ts` says what each stands for. */
export type CellForm =
  | "number"
  | "scaled-number"
  | "clock"
  | "protocol"
  | "tcp-flags"
  | "argus-state"
  | "port"
  | "high-byte"
  | "low-byte"
  | "icmp-dotted-type"
  | "icmp-dotted-code"
  | "icmp-hex-type"
  | "icmp-hex-code"
  | "boolean";

/** How a start time is written; `time-forms.ts` says what each stands for. */
export type TimeForm =
  | "date-time"
  | "date-time-slashes"
  | "day-first-twelve-hours"
  | "day-first"
  | "epoch-seconds"
  | "epoch-milliseconds"
  | "epoch-milliseconds-whole"
  | "minutes-without-date"
  | "time-without-date";

/** One numeric column of a dialect: where it comes from and what its values may be. Several fields may come from one column. */
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
  /** The same for values above `max`. */
  readonly missingAboveMax?: string;
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

/** The column that says when a flow or a probe began. */
export interface TimeColumn {
  readonly field: string;
  readonly headers: readonly string[];
  /** In the order in which they are tried. */
  readonly forms: readonly TimeForm[];
  /** Cells, trimmed, that say "not given": the field is missing, the row is not dropped. */
  readonly missing?: readonly string[];
  /** Why rows have no time; "not given" where this is absent. */
  readonly missingReason?: string;
  /** How times were read, for the account. */
  readonly note?: string;
}

/** A field that is made of other fields of the same row, instead of a column or in the place of one. */
export interface ComputedField {
  readonly field: string;
  /** Fields that it is made from; without one of them it is not made. */
  readonly from: readonly string[];
  /** SQL over the fields it is made from, in the kind's units; null where it is not defined. */
  readonly sql: string;
  /** What null means, for the account. */
  readonly missing?: string;
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
  /**
   * How a dialect without required fields is told: most columns are known, one of `anyOf` is there and none of `noneOf`, and no
   * other dialect fits. Header names.
   */
  readonly told?: { readonly anyOf: readonly string[]; readonly noneOf: readonly string[] };
  /** Start of the flow, or time of the probe. */
  readonly time: TimeColumn;
  readonly label: readonly string[];
  /** Columns that name a flow; with a time they make identical rows duplicates rather than coincidences. */
  readonly identity: readonly string[];
  /** Columns that number the rows of a file and say nothing of the flow: identical rows may differ in them. */
  readonly rowNumbers: readonly string[];
  /** Columns that releases are known to repeat: the first is used, the others are left out. */
  readonly repeated: readonly string[];
  /** Known columns that no field is made of, with the reason. */
  readonly unused: Readonly<Record<string, string>>;
  /** Labels of published releases: tells a label that was cut from a whole one. */
  readonly knownLabels: readonly string[];
  /** Fields that the tool's columns give only together. They take the place of a column's own field. */
  readonly computed: readonly ComputedField[];
  /** Field that takes the file's name without its endings, where the file says it in no other place. */
  readonly stemField?: string;
  /** What an operator should know of every file of the dialect, for the account. */
  readonly notes: readonly string[];
}

/** A header cell as headers are compared: one blank between words, lower case. A byte-order mark goes with the blanks. */
export function normalizeHeader(cell: string): string {
  return cell.trim().replaceAll(/\s+/g, " ").toLowerCase();
}

type Optional =
  | "text"
  | "label"
  | "identity"
  | "rowNumbers"
  | "repeated"
  | "unused"
  | "knownLabels"
  | "computed"
  | "notes";

/** A dialect from its tables; those that are not given are empty. */
export function defineDialect(tables: Omit<Dialect, Optional> & Partial<Pick<Dialect, Optional>>): Dialect {
  return Object.freeze({
    text: [],
    label: [],
    identity: [],
    rowNumbers: [],
    repeated: [],
    unused: {},
    knownLabels: [],
    computed: [],
    notes: [],
    ...tables,
  });
}

/** Columns that are left out for one reason. */
export function because(reason: string, ...names: string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
