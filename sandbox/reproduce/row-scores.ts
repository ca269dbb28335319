/** Rows with ground truth, how predictions of them are scored, and what may be drawn again in a bootstrap. */
export interface ScoredRows {
  /** Label index of each row. */
  readonly truth: Int8Array;
  readonly labelCount: number;
  /**
   * Unit of each row, 0..units-1: rows of a series depend on each other, so whole series are drawn. Where rows are independent each is
   * a unit.
   */
  readonly unitOfRow: Int32Array;
  readonly units: number;
}

/** Score of predictions under row weights; NaN where it is not defined. */
export type RowScore = (predicted: Int8Array, rows: ScoredRows, weights: Float64Array) => number;

/** F1 of one label, 2 TP / (2 TP + FP + FN). A row without a prediction (-1) is a miss. */
export function f1Of(label: number): RowScore {
  return (predicted, { truth }, weights) => {
    let [hits, claimed, actual] = [0, 0, 0];
    for (let row = 0; row < truth.length; row++) {
      const weight = weights[row]!;
      if (predicted[row] === label) claimed += weight;
      if (truth[row] !== label) continue;
      actual += weight;
      if (predicted[row] === label) hits += weight;
    }
    return claimed + actual === 0 ? Number.NaN : (2 * hits) / (claimed + actual);
  };
}

/** Mean of the labels' F1: of a rare label it sees as much as of a frequent one. */
export const macroF1: RowScore = (predicted, rows, weights) => {
  let sum = 0;
  for (let label = 0; label < rows.labelCount; label++) sum += f1Of(label)(predicted, rows, weights);
  return sum / rows.labelCount;
};

/**
 * The paper's measure over series: F1 of one label in each series (unit), averaged over those that have the label or were
 * predicted it.
 */
export function meanF1OverUnits(label: number): RowScore {
  return (predicted, { truth, unitOfRow, units }, weights) => {
    const counts = new Float64Array(units * 3);
    const weightOfUnit = new Float64Array(units);
    for (let row = 0; row < truth.length; row++) {
      const unit = unitOfRow[row]!;
      weightOfUnit[unit] = weights[row]!;
      if (predicted[row] === label) counts[unit * 3]! += 1;
      if (truth[row] === label) counts[unit * 3 + 1]! += 1;
      if (predicted[row] === label && truth[row] === label) counts[unit * 3 + 2]! += 1;
    }
    let [sum, weight] = [0, 0];
    for (let unit = 0; unit < units; unit++) {
      const whole = counts[unit * 3]! + counts[unit * 3 + 1]!;
      if (whole === 0) continue;
      sum += (weightOfUnit[unit]! * 2 * counts[unit * 3 + 2]!) / whole;
      weight += weightOfUnit[unit]!;
    }
    return sum / weight;
  };
}

/** Share of rows on which two predictors differ; no prediction differs from any label. */
export function differenceOf(one: Int8Array, other: Int8Array): number {
  let differing = 0;
  for (let row = 0; row < one.length; row++) if (one[row] !== other[row]) differing += 1;
  return differing / one.length;
}
