import { FlamencoError } from "@flamenco/policies/errors";
import { type Field, kindOf } from "@flamenco/policies/wire";
import { type DerivedField, derivedFields } from "./derived-fields.js";
import type { FilePlan } from "./file-plan.js";

/** The fields that the files of one import have in common, and those computed from them. */
export interface RowSchema {
  /** In the kind's order. */
  readonly fields: readonly Field[];
  readonly derived: readonly DerivedField[];
}

/** Fields that one file yields. */
export function schemaOf(plan: FilePlan): RowSchema {
  const read = new Set([
    ...[...plan.numeric, ...plan.text].map(({ column }) => column.field),
    ...(plan.time === null ? [] : [plan.dialect.time.field]),
    ...(plan.stem === null ? [] : [plan.stem.field]),
  ]);
  const derived = [
    ...plan.dialect.computed.filter(({ from }) => from.every((field) => read.has(field))),
    ...derivedFields.filter(({ field, from }) => !read.has(field) && from.every((source) => read.has(source))),
  ];
  const all = new Set([...read, ...derived.map(({ field }) => field)]);
  return { fields: kindOf(plan.dialect.kind).fields.filter(({ name }) => all.has(name)), derived };
}

/**
 * One dataset has one set of columns: a column that only some files have would be missing in the rows of the others.
 * @throws FLM_IMPORT_HEADER
 */
export function assertSameSchema(first: RowSchema, other: RowSchema, file: string): void {
  const names = (schema: RowSchema) => schema.fields.map(({ name }) => name);
  const [here, there] = [names(first), names(other)];
  const details = [
    ...here
      .filter((name) => !there.includes(name))
      .map((name) => ({ at: file, message: `yields no ${name}, other files do` })),
    ...there
      .filter((name) => !here.includes(name))
      .map((name) => ({ at: file, message: `yields ${name}, other files do not` })),
  ];
  if (details.length === 0) return;
  throw new FlamencoError(
    "FLM_IMPORT_HEADER",
    `The columns of ${file} are not those of the files before it. Import the two kinds of file as two datasets.`,
    { details },
  );
}

/** DuckDB type of a field. */
export function sqlTypeOf(field: Field): string {
  return { number: "DOUBLE", integer: "BIGINT", category: "VARCHAR", boolean: "BOOLEAN" }[field.type];
}
