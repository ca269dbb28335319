import { FlamencoError } from "@flamenco/policies/errors";
import type { PipelineStep } from "@flamenco/policies/wire";
import { type ColumnTable, numbersOf, rowsOf, textsOf, withColumn } from "./column-table.js";
import { findSegments } from "./segments.js";
import { type SplitName, splitByTime, splitNames, splitRows } from "./split.js";
import { syntheticFlags } from "./synthetic-flags.js";

export type SplitStep = Extract<PipelineStep, { step: "split" }>;

/** Column that a `split` step writes when it names none: `train`, `validation` or `test`. */
export const defaultSplitColumn = "split";

/** Label indices are 8-bit numbers. */
const MOST_LABELS = 127;

/**
 * A column that names each row's part. Stratified by labels (§3.4.2; an empty cell is a stratum of its own), in time order, or
 * neither; every value of `within` by itself. Synthetic rows belong to training.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_TOO_LARGE for more than 127 labels, FLM_TOO_FEW_VALUES for a row without time
 */
export function splitTable(
  table: ColumnTable,
  { preset, stratify, time, within, into = defaultSplitColumn }: SplitStep,
  seed: number,
): { table: ColumnTable; rows: Record<SplitName, number> } {
  const segments =
    within === undefined ? {} : { segments: findSegments([textsOf(table, within)], rowsOf(table)).codes };
  const synthetic = Uint8Array.from(syntheticFlags(table));
  const grouping = { ...segments, synthetic };
  const parts =
    time === undefined
      ? splitRows({
          rows: rowsOf(table),
          seed,
          preset,
          ...(stratify === undefined ? {} : { truth: readStrata(textsOf(table, stratify)) }),
          ...grouping,
        })
      : splitByTime({ timesMs: numbersOf(table, time), preset, ...grouping });
  const rows = { train: 0, validation: 0, test: 0 };
  const names = Array.from(parts, (part) => splitNames[part]!);
  for (const name of names) rows[name] += 1;
  return { table: withColumn(table, into, names), rows };
}

function readStrata(labels: readonly string[]): Int8Array {
  const codes = new Map([...new Set(labels)].sort().map((label, index) => [label, index]));
  if (codes.size > MOST_LABELS) {
    throw new FlamencoError("FLM_TOO_LARGE", `The column to stratify by holds more than ${MOST_LABELS} labels.`);
  }
  return Int8Array.from(labels, (label) => (label === "" ? -1 : codes.get(label)!));
}
