import { FlamencoError } from "@flamenco/policies/errors";
import { type DatasetManifest, type Field, kindOf, type Pipeline } from "@flamenco/policies/wire";
import {
  type ColumnTable,
  type ColumnValues,
  columnNeedsOf,
  rowsOf,
  runPipeline,
  type StepReport,
  withColumn,
} from "@flamenco/sandbox/preprocess";
import type { ImportDatabase } from "./import-database.js";
import { importLimits } from "./limits.js";
import { isMade, madeColumns, replaceColumns } from "./prepared-columns.js";
import { numberSegments, type PreparedSegments } from "./prepared-segments.js";
import { sqlName } from "./sql.js";

/** A pipeline and the seed of its random numbers. */
export interface PipelinePlan {
  readonly pipeline: Pipeline;
  readonly seed: number;
}

/** True for a pipeline that labels rows. */
export function makesLabels(plan: PipelinePlan | undefined): boolean {
  return plan?.pipeline.steps.some(({ step }) => step === "label") ?? false;
}

/** What a pipeline made of the view `rows`. */
export interface PreparedRows {
  /** Fields that the rows have now. */
  readonly fields: readonly Field[];
  readonly preparation: NonNullable<DatasetManifest["preparation"]>;
  readonly segments: PreparedSegments | null;
  /** Labels that a step made, or null when none did. */
  readonly labels: readonly string[] | null;
  readonly steps: readonly StepReport[];
}

/**
 * Run a pipeline over the kept rows, in their time order, and put what it made into the view `rows`. In memory: the columns
 * that the steps read, or all of them where rows are made up or columns chosen.
 * @throws FLM_TOO_LARGE, FLM_SCHEMA for a column that the kind does not have, and what a step throws
 */
export async function prepareRows(
  database: ImportDatabase,
  { pipeline, seed }: PipelinePlan,
  rows: { readonly kind: string; readonly fields: readonly Field[]; readonly count: number; readonly order: string },
  scratch: string,
): Promise<PreparedRows> {
  if (rows.count > importLimits.preparedRows) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `A pipeline prepares at most ${importLimits.preparedRows} rows of a dataset. Import it in parts.`,
    );
  }
  const given = await readTable(database, pipeline, rows.fields, rows.order);
  const { table: prepared, steps } = runPipeline(given.table, pipeline, seed);
  const segments = prepared.columns.has("segment") ? numberSegments(pipeline, prepared) : null;
  const table = segments === null ? prepared : withColumn(prepared, "segment", segments.codes);
  const dropped = new Set(given.table.names.filter((name) => !table.columns.has(name)));
  const changed = table.names.filter((name) => table.columns.get(name) !== given.table.columns.get(name));
  const made = rowsOf(table) - rows.count;
  const columns = made === 0 ? changed : table.names;
  const fields = fieldsAfter(rows.kind, rows.fields, dropped, table.names);
  await replaceColumns(database, rows.kind, columns, table, given.places, scratch);
  const split = table.columns.get("split");
  return {
    fields,
    preparation: {
      pipeline,
      seed,
      ...(split === undefined ? {} : { split: countParts(split) }),
      syntheticRows: made,
    },
    segments,
    labels: makesLabels({ pipeline, seed }) ? labelsOf(table) : null,
    steps,
  };
}

async function readTable(
  database: ImportDatabase,
  pipeline: Pipeline,
  fields: readonly Field[],
  order: string,
): Promise<{ table: ColumnTable; places: Float64Array }> {
  const needs = columnNeedsOf(pipeline);
  const all = pipeline.steps.some(({ step }) => step === "oversample" || step === "select");
  const present = [...fields.map(({ name }) => name), "label"];
  const names = present.filter((name) => all || needs.numbers.has(name) || needs.texts.has(name));
  const isText = (name: string) =>
    name === "label" || needs.texts.has(name) || fields.find((field) => field.name === name)?.type === "category";
  const select = names.map((name) =>
    isText(name) ? `coalesce(${sqlName(name)}::VARCHAR, '')` : `${sqlName(name)}::DOUBLE`,
  );
  const cells = await database.query(`SELECT place::DOUBLE, ${select.join(", ")} FROM rows ORDER BY ${order}`);
  const column = (index: number, text: boolean): ColumnValues =>
    text
      ? cells.map((row) => row[index] as string)
      : Float64Array.from(cells, (row) => (row[index] as number | null) ?? Number.NaN);
  const columns = names.map((name, index): [string, ColumnValues] => [name, column(index + 1, isText(name))]);
  return {
    table: { names, columns: new Map(columns) },
    places: Float64Array.from(cells, ([place]) => place as number),
  };
}

/** The fields in the kind's order after a pipeline. @throws FLM_SCHEMA for a column that is neither a field nor one a run knows */
function fieldsAfter(
  kindName: string,
  before: readonly Field[],
  dropped: ReadonlySet<string>,
  names: readonly string[],
): Field[] {
  const kind = kindOf(kindName);
  const unknown = names.filter((name) => !isMade(name) && !kind.fields.some((field) => field.name === name));
  if (unknown.length > 0) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `The pipeline makes the column ${unknown[0]}, and ${kindName} has no such field. In a dataset a pipeline can make fields of the kind, and the columns ${Object.keys(madeColumns).join(", ")}.`,
    );
  }
  const after = new Set([...before.map(({ name }) => name), ...names].filter((name) => !dropped.has(name)));
  return kind.fields.filter(({ name }) => after.has(name));
}

function countParts(values: ColumnValues): { train: number; validation: number; test: number } {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const value of values) counts[value as keyof typeof counts] += 1;
  return counts;
}

/** Labels that rows have, in the order of the alphabet. */
function labelsOf(table: ColumnTable): string[] {
  const texts = table.columns.get("label") as readonly string[];
  return [...new Set(texts)].filter((label) => label !== "").sort();
}
