import { decideLf } from "@flamenco/language";
import { boundCount, type ReleasePlan } from "@flamenco/policies/release";
import type { LabelModel, Metrics, TreeOutput } from "@flamenco/policies/wire";
import { buildSupportedChain } from "@flamenco/sandbox/explain";
import type { VerifiedStudy } from "../verification/index.js";
import type { NoisyFindings, ShowCount } from "./noisy-findings.js";

export interface ProtectedTree {
  readonly output: TreeOutput;
  /** Rows that it may predict otherwise than the chain that was scored, hardly ever more. */
  readonly otherwiseRows: number;
}

/** The chain without its small leaves, from noisy counts alone, and what that changed. */
export function explainByChain(
  { study: { task }, packages }: VerifiedStudy,
  { parts }: ReleasePlan,
  { labelModel, order, predictions }: NoisyFindings,
  show: ShowCount,
): ProtectedTree {
  const sigma = parts.leaves!.sigma;
  const decisions = packages.flatMap(({ lfs }) => lfs.map((lf) => decideLf(lf).tree));
  const lfs = decisions.map((decision, lf) => ({ name: labelModel.lfs[lf]!, decision }));
  const chain = buildSupportedChain({ lfs, order, labels: task.labels }, { counts: predictions!.leaves, sigma }, show);
  const { leaves, of, rows } = chain.merged;
  const otherwiseRows = leaves === 0 ? 0 : boundCount(rows, sigma * Math.sqrt(leaves));
  return {
    output: {
      form: "chain",
      ...(leaves === 0 ? {} : { reason: describeMerged(leaves, of, otherwiseRows) }),
      order: chain.order.map((lf) => describeLf(lf, labelModel)),
      importance: { method: "weight in the protected label model; fields are not ranked", features: [] },
      tree: chain.tree,
    },
    otherwiseRows,
  };
}

const describeLf = (lf: number, { lfs, weights }: LabelModel) => ({ lf: lfs[lf]!, importance: weights[lf] ?? null });

function describeMerged(leaves: number, of: number, rows: number): string {
  const which = of === 1 ? "The one leaf of a function has" : `${leaves} of ${of} leaves of functions have`;
  return `${which} too few rows to show and merged: there the function counts as inconclusive. At most ${rows} rows go on to the functions that follow and are in no share, but for those that end inconclusive.`;
}

/** Scores of the chain, with how far the released tree may be from it. */
export function noteMergedLeaves(metrics: Metrics, otherwiseRows: number): Metrics {
  if (metrics.tree === null || otherwiseRows === 0) return metrics;
  const rows = Math.min(otherwiseRows, metrics.rows);
  const note = `The tree was scored before its small leaves merged; the merged one predicts at most ${rows} of these rows otherwise.`;
  return { ...metrics, reasons: [...metrics.reasons, note] };
}
