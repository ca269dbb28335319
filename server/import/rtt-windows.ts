import { type Field, kindOf, rttWindowSamples } from "@flamenco/policies/wire";
import type { ImportDatabase } from "./import-database.js";
import { type RowSchema, sqlTypeOf } from "./row-schema.js";
import { sqlName } from "./sql.js";

const KIND = "rtt/1";
const VALUE = "rttMs";
const TIME = "timeMs";
const pairFields = ["source", "destination"];

/** Fields of a trailing window, as SQL over `answered`, its values in rising order, `n`, their number, and `mean`. */
const windowFields: Readonly<Record<string, string>> = Object.freeze({
  windowCount: "n",
  windowMin: "answered[1]",
  windowMean: "mean",
  windowSd:
    "CASE WHEN n > 1 THEN sqrt(list_sum(list_transform(answered, lambda x: (x - mean) * (x - mean))) / (n - 1)) END",
  windowQ1: quartileSql(0.25),
  windowMedian: quartileSql(0.5),
  windowQ3: quartileSql(0.75),
  windowMax: "answered[n]",
});

/**
 * Add the trailing windows of `rtt/1` to the view `rows`, where the files bring none: over the last answered samples of the
 * same pair in the order of time, the row's own included. Equal to `addTrailingWindows` of sandbox/preprocess, out of core.
 * Rows without a time have no window.
 * @returns the schema with the fields that were added.
 */
export async function addRttWindows(database: ImportDatabase, kind: string, schema: RowSchema): Promise<RowSchema> {
  const has = (name: string) => schema.fields.some((field) => field.name === name);
  const wanted = kind === KIND && has(VALUE) && has(TIME) && !Object.keys(windowFields).some(has);
  if (!wanted) return schema;
  const pair = pairFields.filter(has).map(sqlName);
  const order = `${pair.length === 0 ? "" : `PARTITION BY ${pair.join(", ")}`} ORDER BY ${sqlName(TIME)}, place`;
  const added = kindOf(KIND).fields.filter(({ name }) => Object.hasOwn(windowFields, name));
  await database.run(`CREATE TABLE windowed AS
    WITH timed AS (SELECT * FROM rows WHERE ${sqlName(TIME)} IS NOT NULL),
    ends AS (SELECT place, list_sort(list(${sqlName(VALUE)}) OVER (${order} ROWS ${rttWindowSamples - 1} PRECEDING)) AS own
      FROM timed WHERE ${sqlName(VALUE)} IS NOT NULL),
    carried AS (SELECT timed.place, coalesce(
        last_value(own IGNORE NULLS) OVER (${order} ROWS UNBOUNDED PRECEDING), []) AS answered
      FROM timed LEFT JOIN ends USING (place)),
    counted AS (SELECT *, len(answered) AS n, list_sum(answered) / len(answered) AS mean FROM carried)
    SELECT place, ${added.map(columnSql).join(", ")} FROM counted`);
  await database.run(`CREATE TABLE with_windows AS SELECT * FROM rows LEFT JOIN windowed USING (place) ORDER BY place`);
  await database.run("DROP TABLE windowed");
  await database.run("CREATE OR REPLACE VIEW rows AS SELECT * FROM with_windows");
  const names = new Set([...schema.fields, ...added].map(({ name }) => name));
  return { ...schema, fields: kindOf(KIND).fields.filter(({ name }) => names.has(name)) };
}

function columnSql(field: Field): string {
  return `(${windowFields[field.name]})::${sqlTypeOf(field)} AS ${sqlName(field.name)}`;
}

/** Linear interpolation between the closest ranks, as statistics of columns do. */
function quartileSql(share: number): string {
  const rank = `(${share} * (n - 1))`;
  const below = `answered[floor(${rank})::BIGINT + 1]`;
  const above = `answered[ceil(${rank})::BIGINT + 1]`;
  return `${below} + (${above} - ${below}) * (${rank} - floor(${rank}))`;
}
