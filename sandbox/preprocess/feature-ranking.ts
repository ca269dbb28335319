import type { SoftLabels } from "../labeling/index.js";

/** What is known of each row's label: the truth (-1 unknown), or soft labels of its vote pattern. */
export type RowLabels =
  | { readonly truth: Int8Array; readonly labelCount: number }
  | { readonly patternOfRow: Int32Array; readonly soft: SoftLabels };

export interface RankFeaturesInput {
  /** Values of each field, one a row; NaN is missing. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly labels: RowLabels;
  /** Non-zero selects a row: the training split. Absent: all rows. */
  readonly rowMask?: Uint8Array;
}

/** Fields by importance, and how it was measured; conforms to `TreeOutput.importance`. */
export interface FeatureRanking {
  readonly method: string;
  readonly features: { field: string; importance: number }[];
}

const QUANTILE_BINS = 32;

/**
 * Importance of each field: mutual information, in bits, between its value in 32 quantile bins and the label, over the
 * selected rows that have a label. A value so frequent that it fills a bin has a bin of its own, and so have missing
 * values. Sorted by falling importance, then name; empty when no row has a label, for then nothing is known.
 */
export function rankFeatures({ columns, labels, rowMask }: RankFeaturesInput): FeatureRanking {
  const selected = selectRows(labels, rowMask);
  if (selected.length === 0) return { method: "none: no training row has a label", features: [] };
  const features = [...columns].map(([field, values]) => ({
    field,
    importance: measureInformation(values, selected, labels),
  }));
  features.sort((a, b) => b.importance - a.importance || (a.field < b.field ? -1 : 1));
  const source = "truth" in labels ? "ground truth" : "soft labels";
  return {
    method: `mutual information (bits) of ${QUANTILE_BINS} quantile bins with ${source} on ${selected.length} training rows`,
    features,
  };
}

/** Rows of the mask that have a label. */
function selectRows(labels: RowLabels, rowMask: Uint8Array | undefined): Int32Array {
  const rowCount = "truth" in labels ? labels.truth.length : labels.patternOfRow.length;
  const rows = new Int32Array(rowCount);
  let size = 0;
  for (let row = 0; row < rowCount; row++) {
    if (rowMask !== undefined && rowMask[row] === 0) continue;
    const known = "truth" in labels ? labels.truth[row]! >= 0 : labels.soft.labeled[labels.patternOfRow[row]!] === 1;
    if (known) rows[size++] = row;
  }
  return rows.subarray(0, size);
}

function measureInformation(values: Float64Array, rows: Int32Array, labels: RowLabels): number {
  const present = new Float64Array(rows.length);
  let size = 0;
  for (const row of rows) if (!Number.isNaN(values[row]!)) present[size++] = values[row]!;
  const bins = new QuantileBins(present.subarray(0, size).sort());
  const k = "truth" in labels ? labels.labelCount : labels.soft.labelCount;
  const joint = new Float64Array(bins.count * k);
  for (const row of rows) {
    const first = bins.binOf(values[row]!) * k;
    if ("truth" in labels) {
      joint[first + labels.truth[row]!]! += 1;
      continue;
    }
    const soft = labels.patternOfRow[row]! * k;
    for (let label = 0; label < k; label++) joint[first + label]! += labels.soft.probabilities[soft + label]!;
  }
  return mutualInformation(joint, k);
}

/** Bins between the 32-quantiles of sorted values; odd bins lie between edges, even ones hold a frequent value alone. */
class QuantileBins {
  readonly #edges: number[] = [];
  readonly #frequent: boolean[] = [];

  constructor(sorted: Float64Array) {
    for (let quantile = 0; quantile < QUANTILE_BINS && sorted.length > 0; quantile++) {
      const edge = sorted[Math.floor((quantile * sorted.length) / QUANTILE_BINS)]!;
      if (edge === this.#edges.at(-1)) {
        this.#frequent[this.#edges.length - 1] = true;
      } else {
        this.#edges.push(edge);
        this.#frequent.push(false);
      }
    }
  }

  /** Missing values have bin 0. */
  get count(): number {
    return 2 * this.#edges.length + 1;
  }

  binOf(value: number): number {
    if (Number.isNaN(value)) return 0;
    let low = 0;
    let high = this.#edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#edges[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    const alone = this.#frequent[low - 1] === true && this.#edges[low - 1] === value;
    return alone ? 2 * low : 2 * low - 1;
  }
}

/** Bits of information between the rows and columns of a joint table with `k` columns. */
function mutualInformation(joint: Float64Array, k: number): number {
  const binSums = new Float64Array(joint.length / k);
  const labelSums = new Float64Array(k);
  let total = 0;
  for (let cell = 0; cell < joint.length; cell++) {
    binSums[Math.floor(cell / k)]! += joint[cell]!;
    labelSums[cell % k]! += joint[cell]!;
    total += joint[cell]!;
  }
  let bits = 0;
  for (let cell = 0; cell < joint.length; cell++) {
    const count = joint[cell]!;
    if (count <= 0) continue;
    bits += (count / total) * Math.log2((count * total) / (binSums[Math.floor(cell / k)]! * labelSums[cell % k]!));
  }
  return Math.max(0, bits);
}
