import { columnStatistics, interpretLf, type LfRow } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { StudyLfs } from "./study-input.js";

/** Rows as LFs read them. */
export interface LfRows {
  readonly rows: number;
  /** By field of the kind; NaN is missing. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Segment of each row: statistics are those of its own. Absent: all rows are one. */
  readonly segments?: Int32Array;
  /** 1 where a row counts in the statistics: training rows, so that nothing is known of the others. */
  readonly known: Uint8Array;
}

/**
 * Votes of LFs, `votes[row * lfs + lf]`, by the interpreter, which the kernels are tested against: text made from sources is
 * compiled in sealed isolates only.
 * @throws FLM_FIELD_MISSING for a field that an LF reads and the rows lack
 */
export function castVotes({ lfs }: StudyLfs, { rows, columns, segments, known }: LfRows): Int8Array {
  for (const { name, verified } of lfs) {
    for (const field of verified.certificate.fields) {
      if (!columns.has(field))
        throw new FlamencoError("FLM_FIELD_MISSING", `${name} reads ${field}, which is not there.`);
    }
  }
  const statistics = statisticsBySegment(columns, segments ?? new Int32Array(rows), known);
  const votes = new Int8Array(rows * lfs.length);
  for (let row = 0; row < rows; row++) {
    const values: Record<string, number> = {};
    for (const [name, column] of columns) values[name] = column[row]!;
    const own = statistics.get(segments?.[row] ?? 0) ?? {};
    for (const [lf, { verified }] of lfs.entries()) {
      votes[row * lfs.length + lf] = interpretLf(verified, values satisfies LfRow, own);
    }
  }
  return votes;
}

type Statistics = Record<string, ReturnType<typeof columnStatistics>>;

function statisticsBySegment(
  columns: LfRows["columns"],
  segments: Int32Array,
  known: Uint8Array,
): ReadonlyMap<number, Statistics> {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < segments.length; row++) {
    if (known[row] === 0) continue;
    const rows = rowsOf.get(segments[row]!);
    if (rows === undefined) rowsOf.set(segments[row]!, [row]);
    else rows.push(row);
  }
  const statisticsOf = (rows: readonly number[]): Statistics =>
    Object.fromEntries(
      [...columns].map(([name, values]) => [name, columnStatistics(Float64Array.from(rows, (row) => values[row]!))]),
    );
  return new Map([...rowsOf].map(([segment, rows]) => [segment, statisticsOf(rows)]));
}
