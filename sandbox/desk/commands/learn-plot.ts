import { FlamencoError } from "@flamenco/policies/errors";
import { traceRanking } from "../../learning/index.js";
import { drawRanking } from "../../plots/index.js";
import type { Fit } from "../../search/index.js";
import { formatShare } from "../text-table.js";
import type { LearnReport } from "./learn-report.js";
import type { LearnTable } from "./learn-table.js";

/** Before hours of work: can there be curves of the test rows? @throws FLM_TOO_FEW_VALUES */
export function assertDrawable({ positive, truth, parts }: LearnTable): void {
  const positives = parts.test.filter((row) => truth[row] === positive).length;
  if (positives > 0 && positives < parts.test.length) return;
  throw new FlamencoError("FLM_TOO_FEW_VALUES", "--plot needs test rows of the positive label, and others.");
}

/** Curves of the test rows for the positive label, as SVG. @throws FLM_TOO_FEW_VALUES */
export function drawTest(
  { model, metrics }: LearnReport,
  { labels, positive, truth, parts }: LearnTable,
  { probabilities }: Fit,
): string {
  const curves = traceRanking(
    Float64Array.from(parts.test, (row) => probabilities[row * labels.length + positive]!),
    Uint8Array.from(parts.test, (row) => (truth[row] === positive ? 1 : 0)),
  );
  const { positives, negatives } = curves;
  const { rocAuc, prAuc } = metrics.test.labels[positive]!;
  return drawRanking({
    ...curves,
    title: `${model}: ${labels[positive]}`,
    subtitle: `${positives} of ${positives + negatives} test rows are ${labels[positive]}`,
    baseRate: positives / (positives + negatives),
    rocAuc: formatShare(rocAuc.value),
    prAuc: formatShare(prAuc.value),
  });
}
