import type { Field } from "@flamenco/policies/wire";
import type { AccountBook } from "./account.js";
import { type Dialect, missingReasonOf } from "./dialects/index.js";
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
  const partly = fields.filter((_, index) => present[index] !== 0 && present[index] !== kept);
  const firsts = await firstMissing(database, partly);
  const groups = new Map<string, Missing & { fields: string[] }>();
  const stays: Field[] = [];
  const complete = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const rows = kept - (present[index] ?? 0);
    if (rows < kept) stays.push(field);
    if (rows === 0) {
      complete.add(field.name);
      continue;
    }
    const missing = { rows, first: firsts.get(field.name) ?? 0, why: whyMissing(dialect, field.name) };
    const key = JSON.stringify(missing);
    const group = groups.get(key) ?? { ...missing, fields: [] };
    groups.set(key, group);
    group.fields.push(field.name);
  }
  for (const group of groups.values()) book.note(describeMissing(group, kept, book));
  const { field: timeField, note } = dialect.time;
  if (note !== undefined && stays.some(({ name }) => name === timeField)) book.note(note);
  return { fields: stays, complete };
}

/** Place of the first row without a value, of each field. */
async function firstMissing(database: ImportDatabase, fields: readonly Field[]): Promise<Map<string, number>> {
  if (fields.length === 0) return new Map();
  const firsts = fields.map(({ name }) => `(min(shown) FILTER (WHERE ${sqlName(name)} IS NULL))::DOUBLE`);
  const [row] = await database.query(`SELECT ${firsts.join(", ")} FROM rows`);
  return new Map(fields.map(({ name }, index) => [name, row?.[index] as number]));
}

/** Fields that are missing in the same number of rows, from the same row on, for the same reason. */
interface Missing {
  readonly rows: number;
  /** Place of the first of them. */
  readonly first: number;
  readonly why: string;
}

/** Fields that a note names; it is one line on a terminal. */
const NAMED_FIELDS = 8;

function describeMissing(
  { fields, rows, first, why }: Missing & { fields: string[] },
  kept: number,
  book: AccountBook,
) {
  const more = fields.length - NAMED_FIELDS;
  const names = fields.slice(0, NAMED_FIELDS).join(", ") + (more > 0 ? ` and ${more} more` : "");
  const [are, columns] = fields.length === 1 ? ["is", "column"] : ["are", "columns"];
  return rows === kept
    ? `${names} ${are} missing in every row (${why}); the dataset has no such ${columns}.`
    : `${names} ${are} missing in ${rows} of ${kept} rows, first at ${book.nameOf(first)} (${why}).`;
}

function whyMissing(dialect: Dialect, field: string): string {
  if (field === dialect.time.field) return dialect.time.missingReason ?? "not given";
  const computed = dialect.computed.find((candidate) => candidate.field === field);
  if (computed?.missing !== undefined) return computed.missing;
  const column = dialect.numeric.find((candidate) => candidate.field === field);
  if (column !== undefined) return missingReasonOf(column);
  return dialect.text.some((candidate) => candidate.field === field) ? "empty cells" : "not defined for these rows";
}
