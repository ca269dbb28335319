import { FlamencoError } from "@flamenco/policies/errors";
import { maxSegments, type Pipeline } from "@flamenco/policies/wire";
import { type ColumnTable, textsOf } from "@flamenco/sandbox/preprocess";
import type { Segmentation, SegmentName } from "./segmentation.js";

export interface PreparedSegments {
  readonly segmentation: Segmentation;
  readonly names: readonly SegmentName[];
  /** Number of each row's segment. */
  readonly codes: Float64Array;
}

/**
 * Number the segments that a pipeline named, in the order of appearance. Rows that it gave none (they have no value to tell the
 * mode by) belong to the largest segment of their group.
 * @throws FLM_TOO_LARGE
 */
export function numberSegments({ steps }: Pipeline, table: ColumnTable): PreparedSegments {
  const step = steps.findLast((one) => one.step === "segment");
  const [by, modality] = [step?.by ?? [], step?.modesOf ?? null];
  const named = textsOf(table, "segment");
  const cells = by.map((name) => textsOf(table, name));
  const keyOf = (row: number) => cells.map((column) => (column[row] === "" ? null : (column[row] as string)));
  const segments = new Map<string, SegmentName & { rows: number; readonly number: number }>();
  const enter = (name: string, row: number): number => {
    let own = segments.get(name);
    if (own === undefined) {
      const mode = modality === null || !name.includes(".") ? null : Number(name.slice(name.indexOf(".") + 1)) - 1;
      own = { key: keyOf(row), mode, rows: 0, number: segments.size };
      segments.set(name, own);
    }
    own.rows += 1;
    return own.number;
  };
  const codes = Float64Array.from(named, (name, row) => (name === "" ? -1 : enter(name, row)));
  const largest = new Map<string, string>();
  for (const [name, { key, rows }] of segments) {
    const group = JSON.stringify(key);
    if (rows > (segments.get(largest.get(group) ?? "")?.rows ?? 0)) largest.set(group, name);
  }
  for (let row = 0; row < codes.length; row += 1) {
    if (codes[row] !== -1) continue;
    const group = JSON.stringify(keyOf(row));
    codes[row] = enter(largest.get(group) ?? `without a value ${group}`, row);
  }
  if (segments.size > maxSegments) {
    throw new FlamencoError("FLM_TOO_LARGE", `The pipeline makes more than ${maxSegments} segments.`);
  }
  const names = [...segments.values()].map(({ key, mode, rows }) => ({ key, mode, rows }));
  return { segmentation: { by, modality }, names, codes };
}
