import { fieldOf, kindOf } from "@flamenco/policies/wire";
import { formTitles } from "./cell-forms.js";
import { type Dialect, type NumericColumn, normalizeHeader } from "./dialect.js";
import { timeFormTitles } from "./time-forms.js";

/** What becomes of one column of a file, or where a field comes from that no column is. */
export interface MappingRow {
  /** As the header spells it; null for a field that is made of others, or of the file's name. */
  readonly column: string | null;
  /** Field of the kind; null for a column that no field is made of. */
  readonly field: string | null;
  /** The field's unit. */
  readonly unit: string;
  /** How cells are read, or why they are not. */
  readonly remark: string;
}

type Use = Pick<MappingRow, "field" | "remark">;

/**
 * What a dialect makes of the columns of a file, in the order of its header, then the fields that it computes.
 * @param header cells as the file spells them.
 */
export function describeMapping(dialect: Dialect, header: readonly string[]): MappingRow[] {
  const kind = kindOf(dialect.kind);
  const unitOf = (field: string | null) => (field === null ? "" : (fieldOf(kind, field)?.unit ?? ""));
  const names = header.map(normalizeHeader);
  const columns = header.flatMap((column, cell) =>
    usesOf(dialect, names, cell).map((use) => ({ column: column.trim(), ...use, unit: unitOf(use.field) })),
  );
  const made = new Set(columns.map(({ field }) => field));
  const computed = dialect.computed
    .filter(({ field, from }) => !made.has(field) && from.every((source) => made.has(source)))
    .map(({ field, from }) => ({ column: null, field, unit: unitOf(field), remark: `made of ${from.join(", ")}` }));
  const stem =
    dialect.stemField === undefined
      ? []
      : [{ column: null, field: dialect.stemField, unit: "", remark: "the file's name without its endings" }];
  return [...columns, ...computed, ...stem];
}

/** A column may become several fields. */
function usesOf(dialect: Dialect, names: readonly string[], cell: number): Use[] {
  const name = names[cell] as string;
  const isFirstOf = (headers: readonly string[]) => names.findIndex((other) => headers.includes(other)) === cell;
  const uses: Use[] = [
    ...dialect.numeric
      .filter(({ headers }) => isFirstOf(headers))
      .map((column) => ({ field: column.field, remark: remarkOf(dialect, column) })),
    ...dialect.text.filter(({ headers }) => isFirstOf(headers)).map(({ field }) => ({ field, remark: "text" })),
    ...[dialect.time]
      .filter(({ headers }) => isFirstOf(headers))
      .map(({ field, forms }) => ({ field, remark: forms.map((form) => timeFormTitles[form]).join(", or ") })),
    ...(isFirstOf(dialect.label)
      ? [{ field: null, remark: "ground truth, where --labels says what its values mean" }]
      : []),
  ];
  if (uses.length > 0) return uses;
  if (dialect.repeated.includes(name)) return [{ field: null, remark: "unused: an earlier column has the same name" }];
  const why = dialect.unused[name];
  return [{ field: null, remark: why === undefined ? "unused: not a column of this dialect" : `unused: ${why}` }];
}

/** How a column's cells are read: form, scale, and what stands for "not given". */
export function remarkOf(dialect: Dialect, column: NumericColumn): string {
  const computed = dialect.computed.find(({ field }) => field === column.field);
  const quoted = (column.missing ?? []).map((token) => (token === "" ? "empty" : `\`${token}\``));
  return [
    formTitles[column.form ?? "number"],
    ...(column.divisor === 1 ? [] : [`divided by ${column.divisor}`]),
    ...(quoted.length === 0 ? [] : [`missing: ${quoted.join(" or ")}`]),
    ...(column.missingBelowMin === undefined ? [] : [`missing: ${column.missingBelowMin}`]),
    ...(column.missingAboveMax === undefined ? [] : [`missing: ${column.missingAboveMax}`]),
    ...(computed?.missing === undefined ? [] : [`missing: ${computed.missing}`]),
  ].join("; ");
}
