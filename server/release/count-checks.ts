import { FlamencoError } from "@flamenco/policies/errors";
import type { ReleasePlan } from "@flamenco/policies/release";
import { type ColumnCounts, type PredictionCounts, pairNumber, type VoteTable } from "@flamenco/policies/wire";
import type { VerifiedStudy } from "../verification/index.js";

const assertThat = (condition: boolean, what: string): void => {
  if (!condition) {
    throw new FlamencoError("FLM_WORKER_PROTOCOL", `The sealed worker's counts were stopped at the gate: ${what}.`);
  }
};

/** LFs of the study in the worker's order, as `namespace/name@version#function`. */
export function namesOf({ packages }: VerifiedStudy): string[] {
  return packages.flatMap(({ opened: { reference, manifest } }) =>
    manifest.lfs.map(({ name }) => `${reference.name}@${reference.version}#${name}`),
  );
}

const same = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/**
 * A vote table that could have been counted: the names are the study's, and no count is larger than one that it is part of.
 * Noise hides one unit's rows; it does not hide what a worker gone wrong writes in large numbers or in names.
 * @throws FLM_WORKER_PROTOCOL; nothing is drawn then
 */
export function assertVoteTable(verified: VerifiedStudy, { rowsPerUnit, votesPerRow }: ReleasePlan, table: VoteTable) {
  const { lfs, rows, singles, chosen, pairs } = table;
  const { labels } = verified.study.task;
  const [m, k] = [lfs.length, labels.length];
  assertThat(same(lfs, namesOf(verified)) && same(table.labels, labels), "they name other functions or labels");
  assertThat(table.rowsPerUnit === rowsPerUnit && table.votesPerRow === votesPerRow, "they have other caps");
  assertThat(rows <= verified.dataset.manifest.rows, "they count more rows than there are");
  assertThat(
    [singles, chosen].every((cells) => cells.length === m && cells.every((row) => row.length === k)) &&
      pairs.length === (m * (m - 1)) / 2 &&
      pairs.every((cells) => cells.length === k * k),
    "they have another shape",
  );
  const sum = (cells: readonly number[]) => cells.reduce((total, cell) => total + cell, 0);
  for (let i = 0; i < m; i++) {
    assertThat(sum(singles[i]!) <= rows, "a function votes more often than there are rows");
    assertThat(
      chosen[i]!.every((count, label) => count <= singles[i]![label]!),
      "more votes are chosen than were cast",
    );
    for (let j = i + 1; j < m; j++) {
      const cells = pairs[pairNumber(i, j, m)]!;
      assertThat(
        cells.every((count, place) => count <= Math.min(chosen[i]![Math.floor(place / k)]!, chosen[j]![place % k]!)),
        "a pair meets more often than its functions vote",
      );
    }
  }
}

/** Predictions that could have been counted. @throws FLM_WORKER_PROTOCOL; nothing is drawn then */
export function assertPredictions(verified: VerifiedStudy, { confusion, leaves }: PredictionCounts): void {
  const k = verified.study.task.labels.length;
  const { rows } = verified.dataset.manifest;
  const fits = (cells: readonly number[], length: number) =>
    cells.length === length && cells.reduce((sum, cell) => sum + cell, 0) <= rows;
  assertThat(fits(confusion, k * (k + 1) ** 2), "a confusion table has another shape or too many rows");
  assertThat(fits(leaves, namesOf(verified).length * k + 1), "the leaves have another shape or too many rows");
}

/** Counts of columns that could have been counted. @throws FLM_WORKER_PROTOCOL; nothing is drawn then */
export function assertColumnCounts(counts: ColumnCounts, names: readonly string[], bins: number, rows: number): void {
  const counted = counts.columns.map(({ column }) => column);
  assertThat(same(counted, names), "they are of other columns");
  assertThat(
    counts.columns.every(
      ({ bins: cells }) => cells.length === bins && cells.reduce((sum, cell) => sum + cell, 0) <= rows,
    ),
    "a column has other bins or too many rows",
  );
}
