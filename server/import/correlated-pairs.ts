import { type CorrelationMatrix, correlateColumns } from "@flamenco/sandbox/preprocess";

/** Two columns that go together. */
export interface CorrelatedPair {
  readonly columns: readonly [string, string];
  readonly spearman: number;
  readonly pearson: number | null;
}

const PAIRS = 20;

/** The pairs whose ranks go together most closely. */
export function strongestPairs(columns: ReadonlyMap<string, Float64Array>): CorrelatedPair[] {
  const [spearman, pearson] = [correlateColumns(columns, "spearman"), correlateColumns(columns, "pearson")];
  const { names } = spearman;
  const at = ({ values }: CorrelationMatrix, row: number, column: number) =>
    values[row * names.length + column] as number;
  const pairs: CorrelatedPair[] = [];
  for (let row = 0; row < names.length; row += 1) {
    for (let column = row + 1; column < names.length; column += 1) {
      const [ranks, values] = [at(spearman, row, column), at(pearson, row, column)];
      if (Number.isNaN(ranks)) continue;
      pairs.push({
        columns: [names[row] as string, names[column] as string],
        spearman: ranks,
        pearson: Number.isNaN(values) ? null : values,
      });
    }
  }
  return pairs.sort((a, b) => Math.abs(b.spearman) - Math.abs(a.spearman)).slice(0, PAIRS);
}
