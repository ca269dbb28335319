/** Rows in the order of falling score, and where rows of equal score end. */
export interface ScoreOrder {
  readonly order: Int32Array;
  /** 1 at the last row of each group of equal scores, by place in the order. */
  readonly endsGroup: Uint8Array;
}

/** @param scores finite, one a row */
export function orderByScore(scores: Float64Array): ScoreOrder {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const endsGroup = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) {
    endsGroup[place] = place + 1 === order.length || scores[order[place]!] !== scores[order[place + 1]!] ? 1 : 0;
  }
  return { order, endsGroup };
}

/**
 * Areas under the ROC curve (ties count half: Fawcett 2006) and under precision over recall (average precision, a step
 * function: no interpolation, which flatters), as scikit-learn's `roc_auc_score` and `average_precision_score`.
 * @param isPositive 1 for each row of the label
 * @param counts how often each row counts
 * @returns NaN where a side has no row
 */
export function scoreRanking(
  { order, endsGroup }: ScoreOrder,
  isPositive: Uint8Array,
  counts: Uint32Array,
): { readonly rocAuc: number; readonly prAuc: number } {
  let [positives, negatives, positivesHere, negativesHere, pairs, precision] = [0, 0, 0, 0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    if (isPositive[row] === 1) positivesHere += counts[row]!;
    else negativesHere += counts[row]!;
    if (endsGroup[place] === 0) continue;
    pairs += negativesHere * (positives + positivesHere / 2);
    positives += positivesHere;
    negatives += negativesHere;
    if (positivesHere > 0) precision += (positivesHere * positives) / (positives + negatives);
    positivesHere = 0;
    negativesHere = 0;
  }
  return {
    rocAuc: positives === 0 || negatives === 0 ? Number.NaN : pairs / (positives * negatives),
    prAuc: positives === 0 ? Number.NaN : precision / positives,
  };
}
