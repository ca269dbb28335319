import type { StatisticName } from "@flamenco/policies/wire";

/**
 * The text of one fused kernel and what it must be given. `source` is one JavaScript expression whose value is a function
 * `(columns, statistics, categories, codes) => (n) => void`:
 * - `columns[j]`: Float64Array morsel of `Kernel.columns[j]` (missing NaN; boolean 0/1; category its dictionary code),
 * - `statistics[j]`: the number, NaN when missing,
 * - `categories[j]`: dictionary code of that text in its column, -1 when the column never shows it,
 * - `codes`: Int32Array of `words * morselRows`; word w of row i lands at `codes[w * morselRows + i]`.
 * The inner function fills the codes of rows 0..n-1.
 */
export interface Kernel {
  readonly source: string;
  readonly columns: readonly string[];
  readonly statistics: readonly { readonly field: string; readonly statistic: StatisticName }[];
  readonly categories: readonly { readonly field: string; readonly value: string }[];
  /** LFs in one code word: the most with base^lfsPerWord <= 2^30. Word w holds LFs from w * lfsPerWord on. */
  readonly lfsPerWord: number;
  readonly words: number;
  /** k + 1: digit 0 abstains, digit d votes for label d - 1; position 0 is the least significant. */
  readonly base: number;
}
