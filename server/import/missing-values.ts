import type { Field } from "@flamenco/policies/wire";
import type { AccountBook } from "./account.js";
import type { Dialect } from "./dialect.js";
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
  const columns = fields.flatMap(({ name }) => [
    `count(*) FILTER (WHERE ${sqlName(name)} IS NULL)::DOUBLE`,
    `(min(place) FILTER (WHERE ${sqlName(name)} IS NULL))::DOUBLE`,
  ]);
  const [row] = await database.query(`SELECT count(*)::DOUBLE, ${columns.join(", ")} FROM rows`);
  const [kept, ...found] = row as number[];
  const stays: Field[] = [];
  const complete = new Set<string>();
  fields.forEach((field, index) => {
    const missing = found[2 * index] as number;
    const why = `(${whyMissing(dialect, field.name)})`;
    if (missing === 0) complete.add(field.name);
    else if (missing < (kept as number)) {
      const first = book.nameOf(found[2 * index + 1] as number);
      book.note(`${field.name} is missing in ${missing} of ${kept} rows, first at ${first} ${why}.`);
    } else book.note(`${field.name} is missing in every row ${why}; the dataset has no such column.`);
    if (missing < (kept as number)) stays.push(field);
  });
  if (stays.some(({ name }) => name === dialect.time.field)) {
    book.note(
      "Start times carry no zone: they are read as UTC, with the hour as written, and day first where written with slashes.",
    );
  }
  return { fields: stays, complete };
}

function whyMissing(dialect: Dialect, field: string): string {
  if (field === dialect.time.field) return "the file gives minutes and seconds without a date";
  const column = dialect.numeric.find((candidate) => candidate.field === field);
  if (column !== undefined) return column.missingBelowMin ?? "not given";
  return dialect.text.some((candidate) => candidate.field === field) ? "empty cells" : "not defined for these rows";
}
