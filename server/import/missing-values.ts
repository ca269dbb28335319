import type { Field } from "@flamenco/policies/wire";
import type { AccountBook } from "./account.js";
import type { Dialect } from "./dialects/index.js";
import type { ImportDatabase } from "./import-database.js";
import { sqlName } from "./sql.js";

/**
 * Note which fields are missing in some kept rows, and why, and leave out those that no row has: the dataset then says that
 * it lacks the column, instead of letting every labeling function that reads it abstain.
 * @returns the fields that stay, and the names of those that every row has.
 */
export async function noteMissingValues(
  database: ImportDatabase,
  book: AccountBook,
  dialect: Dialect,
  fields: readonly Field[],
): Promise<{ fields: Field[]; complete: ReadonlySet<string> }> {
  const [row] = await database.query(
    `SELECT count(*)::DOUBLE, ${fields.map(({ name }) => `count(${sqlName(name)})::DOUBLE`).join(", ")} FROM rows`,
  );
  const [kept = 0, ...present] = row as number[];
  const stays: Field[] = [];
  const complete = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const missing = kept - (present[index] ?? 0);
    const why = `(${whyMissing(dialect, field.name)})`;
    if (missing === 0) complete.add(field.name);
    else if (missing === kept) {
      book.note(`${field.name} is missing in every row ${why}; the dataset has no such column.`);
      continue;
    } else {
      const first = await database.number(`SELECT min(shown)::DOUBLE FROM rows WHERE ${sqlName(field.name)} IS NULL`);
      book.note(`${field.name} is missing in ${missing} of ${kept} rows, first at ${book.nameOf(first)} ${why}.`);
    }
    stays.push(field);
  }
  const { field: timeField, note } = dialect.time;
  if (note !== undefined && stays.some(({ name }) => name === timeField)) book.note(note);
  return { fields: stays, complete };
}

function whyMissing(dialect: Dialect, field: string): string {
  if (field === dialect.time.field) return dialect.time.missingReason ?? "not given";
  const computed = dialect.computed.find((candidate) => candidate.field === field);
  if (computed?.missing !== undefined) return computed.missing;
  const column = dialect.numeric.find((candidate) => candidate.field === field);
  if (column !== undefined) return column.missingBelowMin ?? column.missingAboveMax ?? "not given";
  return dialect.text.some((candidate) => candidate.field === field) ? "empty cells" : "not defined for these rows";
}
