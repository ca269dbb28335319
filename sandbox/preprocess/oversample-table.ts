import { FlamencoError } from "@flamenco/policies/errors";
import type { PipelineStep } from "@flamenco/policies/wire";
import {
  type ColumnTable,
  type ColumnValues,
  columnOf,
  numbersOf,
  rowsOf,
  textsOf,
  withColumn,
} from "./column-table.js";
import { defaultLabelColumn } from "./label-table.js";
import type { SeededRandom } from "./seeded-random.js";
import { defaultSplitColumn } from "./split-table.js";
import { syntheticColumn, syntheticFlags } from "./synthetic-flags.js";
import { countMissingRows, drawUniformRows, interpolateRows, type SyntheticRows } from "./synthetic-rows.js";

export type OversampleStep = Extract<PipelineStep, { step: "oversample" }>;

const DEFAULT_NEIGHBORS = 5;

/**
 * Synthetic rows at the end of a table, flagged in the column `synthetic`. When the table has a column `split`, they are modeled on
 * training rows alone and belong to training.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_TOO_FEW_VALUES when no training row has the label, FLM_TOO_LARGE, FLM_USAGE
 */
export function oversampleTable(
  table: ColumnTable,
  step: OversampleStep,
  random: SeededRandom,
): { table: ColumnTable; made: number } {
  const labels = textsOf(table, step.labels ?? defaultLabelColumn);
  const training = trainingRows(table);
  const codes = new Map([...new Set(labels)].map((label, index) => [label, label === "" ? -1 : index]));
  const truth = labels.map((label) => codes.get(label)!);
  const rows = training.filter((row) => labels[row] === step.label);
  if (rows.length === 0) {
    throw new FlamencoError("FLM_TOO_FEW_VALUES", "No training row has the label of which rows are to be made.");
  }
  const count = step.count ?? countMissingRows(truth, truth[rows[0]!]!, training);
  const made = drawRows(table, step, { rows, count, random });
  const flagged = withColumn(table, syntheticColumn, syntheticFlags(table));
  const columns = flagged.names.map((name): [string, ColumnValues] => [
    name,
    extendColumn(
      columnOf(flagged, name),
      made,
      name === syntheticColumn ? new Float64Array(count).fill(1) : made.columns.get(name),
    ),
  ]);
  return { table: { names: flagged.names, columns: new Map(columns) }, made: count };
}

function drawRows(
  table: ColumnTable,
  step: OversampleStep,
  { rows, count, random }: { rows: Int32Array; count: number; random: SeededRandom },
): SyntheticRows {
  if (step.method === "uniform") {
    const bounds = new Map(Object.entries(step.bounds ?? {}));
    for (const name of bounds.keys()) numbersOf(table, name);
    return drawUniformRows(rows, bounds, count, random);
  }
  const numeric = table.names.filter(
    (name) => name !== syntheticColumn && columnOf(table, name) instanceof Float64Array,
  );
  const columns = new Map((step.columns ?? numeric).map((name) => [name, numbersOf(table, name)]));
  return interpolateRows(rows, columns, { count, neighbors: step.neighbors ?? DEFAULT_NEIGHBORS, random });
}

/** Measured rows of the training part; all measured ones before a split. */
function trainingRows(table: ColumnTable): Int32Array {
  const parts = table.columns.get(defaultSplitColumn);
  const flags = syntheticFlags(table);
  return Int32Array.from({ length: rowsOf(table) }, (_, row) => row).filter(
    (row) => flags[row] === 0 && (parts === undefined || parts[row] === "train"),
  );
}

function extendColumn(
  values: ColumnValues,
  { sources, count }: SyntheticRows,
  drawn: Float64Array | undefined,
): ColumnValues {
  if (values instanceof Float64Array) {
    const longer = new Float64Array(values.length + count);
    longer.set(values);
    for (let row = 0; row < count; row++) longer[values.length + row] = (drawn ?? values)[drawn ? row : sources[row]!]!;
    return longer;
  }
  return [...values, ...Array.from(sources, (source) => values[source]!)];
}
