import { FlamencoError } from "@flamenco/policies/errors";
import { measureImportance } from "../../explain/index.js";
import {
  type ColumnSummary,
  type ColumnTable,
  type CorrelationMatrix,
  type CorrelationMethod,
  correlateColumns,
  findNearDuplicates,
  type NearDuplicate,
  numbersOf,
  numericColumnsOf,
  rowsOf,
  splitRows,
  summarizeColumn,
  textsOf,
} from "../../preprocess/index.js";

/** Labels that an importance is measured for: more is a column of numbers or names. */
const MOST_LABELS = 100;

export interface FeaturesRequest {
  /** Columns to look at; all of numbers when empty. */
  readonly columns: readonly string[];
  readonly method: CorrelationMethod;
  readonly bound: number;
  readonly target: string | undefined;
  readonly seed: number;
}

/** What `flamenco data select --json` answers. */
export interface FeaturesDocument {
  readonly rows: number;
  readonly columns: readonly ({ readonly column: string } & ColumnSummary)[];
  readonly correlations: {
    readonly method: CorrelationMethod;
    readonly columns: readonly string[];
    /** Row by row; null where it is not defined. */
    readonly matrix: readonly (readonly (number | null)[])[];
  };
  readonly keep: readonly string[];
  readonly nearDuplicates: readonly NearDuplicate[];
  readonly importance: ReturnType<typeof measureImportance> | null;
}

/**
 * Statistics, correlations, near-duplicates and importance of columns.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA for a chosen column of texts, FLM_TOO_LARGE
 */
export function reportFeatures(
  table: ColumnTable,
  { columns: chosen, method, bound, target, seed }: FeaturesRequest,
): { matrix: CorrelationMatrix; document: FeaturesDocument } {
  const columns =
    chosen.length === 0 ? numericColumnsOf(table) : new Map(chosen.map((name) => [name, numbersOf(table, name)]));
  if (target !== undefined) columns.delete(target);
  const importance = target === undefined ? null : rankColumns(columns, textsOf(table, target), seed);
  const matrix = correlateColumns(columns, method);
  const weights = new Map(importance?.features.map(({ field, importance: weight }) => [field, weight]));
  const { keep, drop } = findNearDuplicates(matrix, bound, weights);
  const size = matrix.names.length;
  const document: FeaturesDocument = {
    rows: rowsOf(table),
    columns: [...columns].map(([column, values]) => ({ column, ...summarizeColumn(values) })),
    correlations: {
      method,
      columns: matrix.names,
      matrix: matrix.names.map((_, row) =>
        Array.from(matrix.values.subarray(row * size, (row + 1) * size), (r) => (Number.isNaN(r) ? null : r)),
      ),
    },
    keep,
    nearDuplicates: drop,
    importance,
  };
  return { matrix, document };
}

function rankColumns(columns: ReadonlyMap<string, Float64Array>, labels: readonly string[], seed: number) {
  const names = [...new Set(labels)].filter((label) => label !== "").sort();
  if (names.length > MOST_LABELS) {
    throw new FlamencoError("FLM_TOO_LARGE", `The target has more than ${MOST_LABELS} labels.`);
  }
  const codes = new Map(names.map((label, index) => [label, index]));
  const truth = Int8Array.from(labels, (label) => codes.get(label) ?? -1);
  const parts = splitRows({ rows: truth.length, truth, seed, preset: "flow" });
  return measureImportance({ columns, labels: { truth, labelCount: names.length }, parts, seed });
}
