import { counted, FlamencoError } from "../errors/index.js";
import type { ReleaseRules } from "../wire/index.js";
import type { ExpectedErrors } from "./expected-errors.js";
import { releaseLimits } from "./limits.js";
import { estimateRelease, type ReleasePlan } from "./release-plan.js";
import type { ReleaseRequest } from "./release-request.js";

/** Errors, as shares, above which noise swamps an output. */
const tolerated: Readonly<Record<keyof ExpectedErrors, number>> = Object.freeze({
  coverage: 0.02,
  labelAccuracyLoss: 0.03,
  f1: 0.05,
  leafShare: 0.02,
});

/** What would do instead, each alone; `null` where no accepted value does. */
export interface Remedies {
  /** Rows of the dataset version. */
  readonly rows: number | null;
  readonly epsilon: number | null;
  readonly lfs: number | null;
}

/** Outputs' errors that noise alone makes larger than tolerated. */
export function listSwamped({ expected }: ReleasePlan): (keyof ExpectedErrors)[] {
  return (Object.keys(tolerated) as (keyof ExpectedErrors)[]).filter((name) => (expected[name] ?? 0) > tolerated[name]);
}

/**
 * Plan a release: its price, its noise and the error to expect, from public numbers alone.
 * @throws FLM_RELEASE_RANGE, FLM_RELEASE_OUTPUT, FLM_TOO_LARGE; FLM_RELEASE_SWAMPED when the noise would swamp what is
 * released, naming the rows, ε or fewer LFs that would do.
 */
export function planRelease(request: ReleaseRequest, rules: ReleaseRules): ReleasePlan {
  const plan = estimateRelease(request, rules);
  const swamped = listSwamped(plan);
  if (swamped.length === 0) return plan;
  const { rows, epsilon, lfs } = findRemedies(request, rules);
  const ways = [
    ...(rows === null ? [] : [counted(rows, "row")]),
    ...(epsilon === null ? [] : [`an epsilon of ${epsilon}`]),
    ...(lfs === null ? [] : [counted(lfs, "labeling function")]),
  ];
  throw new FlamencoError(
    "FLM_RELEASE_SWAMPED",
    `Noise would swamp this release of ${counted(request.rows, "row")} and ${counted(request.lfs, "labeling function")} at epsilon ${plan.epsilon}: ${describeSwamped(plan, swamped)}. ${ways.length === 0 ? "Nothing alone would do" : `Would do: ${ways.join(", or ")}`}.`,
  );
}

const words: Readonly<Record<keyof ExpectedErrors, string>> = Object.freeze({
  coverage: "error of coverage",
  labelAccuracyLoss: "loss of label accuracy",
  f1: "error of F1",
  leafShare: "error of the share of a leaf",
});

/** The errors that are too large, each beside the largest that is tolerated. */
export function describeSwamped(plan: ReleasePlan, swamped: readonly (keyof ExpectedErrors)[]): string {
  const percent = (share: number | null) => `${Number(((share ?? 0) * 100).toPrecision(2))} %`;
  return swamped
    .map((name) => `${words[name]} ${percent(plan.expected[name])}, at most ${percent(tolerated[name])}`)
    .join("; ");
}

/** The smallest change of one number that makes a release useful. */
export function findRemedies(request: ReleaseRequest, rules: ReleaseRules): Remedies {
  const useful = (change: Partial<ReleaseRequest>, changedRules = rules) =>
    listSwamped(estimateRelease({ ...request, ...change }, changedRules)).length === 0;
  const scale = (rows: number, factor: number) => Math.min(releaseLimits.rows.maximum, Math.ceil(rows * factor));
  const grown = (factor: number): Partial<ReleaseRequest> => ({
    rows: scale(request.rows, factor),
    trainingRows: scale(request.trainingRows, factor),
    testRows: scale(request.testRows, factor),
  });
  const most = { ...rules, epsilon: { ...rules.epsilon, release: releaseLimits.epsilonPerRelease.maximum } };
  const maxFactor = releaseLimits.rows.maximum / request.rows;
  const factor = findLeast(1, maxFactor, (value) => useful(grown(value)));
  const epsilon = findLeast(
    request.epsilon ?? rules.epsilon.release,
    releaseLimits.epsilonPerRelease.maximum,
    (value) => useful({ epsilon: value }, most),
  );
  let lfs: number | null = request.lfs - 1;
  while (lfs > 0 && !useful({ lfs })) lfs--;
  if (lfs === 0) lfs = null;
  return {
    rows: factor === null ? null : roundUp(request.rows * factor),
    epsilon: epsilon === null ? null : Math.ceil(epsilon * 100) / 100,
    lfs,
  };
}

/** To two significant digits, for people; never less. */
function roundUp(rows: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  return Math.ceil(rows / unit) * unit;
}

/** The least value between two, to a percent, from which on `holds`; `null` where it does not hold at the upper one. */
function findLeast(low: number, high: number, holds: (value: number) => boolean): number | null {
  if (!holds(high)) return null;
  let [below, above] = [low, high];
  while (above / below > 1.01) {
    const middle = Math.sqrt(above * below);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
