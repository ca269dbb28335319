import { FlamencoError } from "@flamenco/policies/errors";
import { orderByScore } from "./ranking-scores.js";

/** What every threshold on a label's probability would give: points from the highest threshold to the lowest, equal scores together. */
export interface RankingCurves {
  readonly positives: number;
  readonly negatives: number;
  /** Share of the label's rows at or above the threshold. */
  readonly recall: Float64Array;
  /** Share of the other rows at or above it. */
  readonly falseAlarms: Float64Array;
  /** Share of the label's rows among those at or above it. */
  readonly precision: Float64Array;
}

/**
 * The ROC and precision-recall curves of one label (Fawcett 2006).
 * @param scores finite, one a row
 * @param isPositive 1 for each row of the label
 * @throws FLM_TOO_FEW_VALUES where the label or the others have no row
 */
export function traceRanking(scores: Float64Array, isPositive: Uint8Array): RankingCurves {
  const positives = isPositive.reduce((sum, one) => sum + one, 0);
  const negatives = isPositive.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new FlamencoError("FLM_TOO_FEW_VALUES", "Curves need rows of the positive label, and others.");
  }
  const { order, endsGroup } = orderByScore(scores);
  const points = endsGroup.reduce((sum, one) => sum + one, 0);
  const [recall, falseAlarms, precision] = [1, 2, 3].map(() => new Float64Array(points)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let place = 0, hits = 0, point = 0; place < order.length; place++) {
    hits += isPositive[order[place]!]!;
    if (endsGroup[place] === 0) continue;
    recall[point] = hits / positives;
    falseAlarms[point] = (place + 1 - hits) / negatives;
    precision[point] = hits / (place + 1);
    point += 1;
  }
  return { positives, negatives, recall, falseAlarms, precision };
}
