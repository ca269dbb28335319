import type { ColumnStatistics } from "@flamenco/policies/wire";
import { castVotes, type Heuristic } from "./decision-heuristic.js";
import type { FeatureRows } from "./feature-rows.js";
import { synthesisLimits } from "./limits.js";
import { nearStatistics, type ThresholdExpression, writeLiteral } from "./threshold-expression.js";
import { scoreVotes } from "./vote-score.js";

/** A feature as the source of an LF names it. */
export interface SynthesisFeature {
  /** Field of the kind. */
  readonly name: string;
  /** Its values mean the same on every network: literals are what one writes there. */
  readonly universal: boolean;
  /** Over all rows of the table. */
  readonly statistics: ColumnStatistics;
  /** All values that are there, rising. */
  readonly sorted: Float64Array;
}

/** One threshold: what was learned, and what the source says. */
export interface WrittenThreshold {
  readonly feature: number;
  readonly learned: number;
  readonly expression: ThresholdExpression;
  /** A literal that ties the LF to this dataset: no statistic is near without loss. */
  readonly flagged: boolean;
}

/** A heuristic whose thresholds are the values of what its source says; `thresholds[node]` is `null` at leaves. */
export interface WrittenHeuristic {
  readonly heuristic: Heuristic;
  readonly thresholds: readonly (WrittenThreshold | null)[];
}

/**
 * A heuristic with literal thresholds, and one with statistics wherever one lies near without loss of F1 on the labeled
 * rows. The latter is the former where there is none.
 * @returns undefined when the language cannot write a threshold.
 */
export function writeThresholds(
  heuristic: Heuristic,
  features: readonly SynthesisFeature[],
  validation: FeatureRows,
): { readonly literal: WrittenHeuristic; readonly statistic: WrittenHeuristic } | undefined {
  const thresholds = heuristic.nodes.map((node): WrittenThreshold | null | undefined => {
    if (node.type === "leaf") return null;
    const { sorted, universal } = features[node.feature]!;
    const expression = writeLiteral(node.threshold, sorted);
    if (expression === undefined) return undefined;
    const flagged = !universal && expression.value !== 0;
    return { feature: node.feature, learned: node.threshold, expression, flagged };
  });
  if (thresholds.includes(undefined)) return undefined;
  const literal = applyThresholds(heuristic, thresholds as (WrittenThreshold | null)[]);
  const f1Of = (written: WrittenHeuristic) =>
    scoreVotes(castVotes(written.heuristic, validation.columns), validation.truth).f1;
  const wanted = f1Of(literal);
  let statistic = literal;
  for (const [node, threshold] of literal.thresholds.entries()) {
    if (threshold === null || !threshold.flagged) continue;
    const { name, statistics, sorted } = features[threshold.feature]!;
    const near = nearStatistics(name, threshold.learned, statistics, sorted).slice(0, synthesisLimits.expressions);
    for (const expression of near) {
      const written = statistic.thresholds.with(node, { ...threshold, expression, flagged: false });
      const trial = applyThresholds(heuristic, written);
      if (f1Of(trial) < wanted) continue;
      statistic = trial;
      break;
    }
  }
  return { literal, statistic };
}

function applyThresholds({ nodes }: Heuristic, thresholds: readonly (WrittenThreshold | null)[]): WrittenHeuristic {
  return {
    heuristic: {
      nodes: nodes.map((node, index) =>
        node.type === "leaf" ? node : { ...node, threshold: thresholds[index]!.expression.value },
      ),
    },
    thresholds,
  };
}
