import { isFlamencoError } from "@flamenco/policies/errors";
import type { PipelineStep } from "@flamenco/policies/wire";
import { type ColumnTable, numbersOf, rowsOf, textsOf, withColumn } from "./column-table.js";
import { assignModes, detectModes } from "./modality.js";
import { findSegments } from "./segments.js";

export type SegmentStep = Extract<PipelineStep, { step: "segment" }>;

/** Column that a `segment` step writes when it names none. */
export const defaultSegmentColumn = "segment";

/**
 * A column that names each row's segment (§3.4.1: source-destination pairs; §4.2: each subset of a multimodal one): `3` is the
 * third group in the order of appearance, `3.2` its second mode. Numbers, not cells: addresses stay in their columns. A row
 * without a finite value of `modesOf` has no segment; a group of fewer than two values has one mode.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_TOO_LARGE
 */
export function segmentTable(
  table: ColumnTable,
  { by = [], modesOf, minPeak, into = defaultSegmentColumn }: SegmentStep,
): { table: ColumnTable; groups: number; segments: number } {
  const { codes, keys } = findSegments(
    by.map((name) => textsOf(table, name)),
    rowsOf(table),
  );
  const names = Array.from(codes, (code) => String(code + 1));
  if (modesOf !== undefined) {
    const values = numbersOf(table, modesOf);
    const modes = modesOfGroups(values, codes, keys.length, minPeak);
    for (let row = 0; row < names.length; row++) names[row] = modes[row]! < 0 ? "" : `${names[row]}.${modes[row]! + 1}`;
  }
  const segments = new Set(names);
  segments.delete("");
  return { table: withColumn(table, into, names), groups: keys.length, segments: segments.size };
}

/** Mode of each row within its group, from 0; -1 without a value. */
function modesOfGroups(values: Float64Array, codes: Int32Array, groups: number, minPeak = 0.1): Int16Array {
  const rowsOfGroup = Array.from({ length: groups }, (): number[] => []);
  for (let row = 0; row < codes.length; row++) rowsOfGroup[codes[row]!]!.push(row);
  const modes = new Int16Array(values.length);
  for (const rows of rowsOfGroup) {
    const own = Float64Array.from(rows, (row) => values[row]!);
    const found = assignModes(own, splitsOf(own, minPeak));
    for (const [index, row] of rows.entries()) modes[row] = found[index]!;
  }
  return modes;
}

function splitsOf(values: Float64Array, minPeak: number): Float64Array {
  try {
    return detectModes(values, { minPeak }).splits;
  } catch (error) {
    if (isFlamencoError(error) && error.code === "FLM_TOO_FEW_VALUES") return new Float64Array(0);
    throw error;
  }
}
