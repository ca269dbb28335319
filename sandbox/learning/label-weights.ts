/**
 * What is known of each row's label: `weights[row * labelCount + label]`, summing to 1 a row; a hard label is a 1. Once weights of
 * classes are multiplied in, a row's sum is its weight.
 */
export interface LabelWeights {
  readonly labelCount: number;
  readonly weights: Float64Array;
}

/** Sum of the weights of each label over some rows. */
export function totalWeights({ labelCount, weights }: LabelWeights, rows: Int32Array): Float64Array {
  const totals = new Float64Array(labelCount);
  for (const row of rows) {
    for (let label = 0; label < labelCount; label++) totals[label]! += weights[row * labelCount + label]!;
  }
  return totals;
}

/** Labels of some rows, in their order. */
export function selectLabels({ labelCount, weights }: LabelWeights, rows: Int32Array): LabelWeights {
  const selected = new Float64Array(rows.length * labelCount);
  for (let index = 0; index < rows.length; index++) {
    const [from, to] = [rows[index]! * labelCount, index * labelCount];
    for (let label = 0; label < labelCount; label++) selected[to + label] = weights[from + label]!;
  }
  return { labelCount, weights: selected };
}
