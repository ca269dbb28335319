import { FlamencoError } from "../errors/index.js";
import type { ReleaseRules } from "../wire/index.js";
import { assertWholeWithin, assertWithin } from "./accepted-range.js";
import { type ExpectedErrors, expectErrors } from "./expected-errors.js";
import { type GeometricPart, planHistograms } from "./histogram-noise.js";
import { releaseLimits } from "./limits.js";
import type { ReleaseRequest } from "./release-request.js";
import { protectedOutputs } from "./release-rules.js";
import { squaredSensitivityOfRows, squaredSensitivityOfVotes } from "./sensitivity.js";
import { composeMicroRho, deltaOf, epsilonOf, MICRO, microEpsilonOfPure, microRhoFor } from "./zcdp.js";

/** Integer counts with discrete Gaussian noise of variance Δ₂²/(2ρ). */
export interface GaussianPart {
  readonly microRho: number;
  readonly squaredSensitivity: number;
  /** Standard deviation of the noise of one cell, in rows. */
  readonly sigma: number;
}

/** The price of a release and the noise that it pays for. Follows from public numbers alone. */
export interface ReleasePlan {
  readonly request: ReleaseRequest;
  /** ε that was asked for, δ, and what is charged: ε of the charge at δ is never above what was asked for. */
  readonly epsilon: number;
  readonly delta: number;
  readonly microRho: number;
  readonly epsilonSpent: number;
  readonly rowsPerUnit: number;
  readonly votesPerRow: number;
  readonly minimumSupportRows: number;
  readonly parts: {
    readonly rows: GaussianPart;
    readonly votes: GaussianPart;
    /** One table of ground truth and all predictions; `null` where no output needs it. */
    readonly confusion: GeometricPart | null;
    /** The histogram of the leaves of the tree. */
    readonly leaves: GeometricPart | null;
  };
  readonly expected: ExpectedErrors;
}

/** How the price is shared out: the number of rows hardly needs any, and everything rests on the votes. */
const priceShares = Object.freeze({ rows: 2, votes: 78, confusion: 10, leaves: 10 });

/**
 * Plan a release, whether its noise swamps it or not: `planRelease` refuses those.
 * @throws FLM_RELEASE_RANGE, FLM_RELEASE_OUTPUT, FLM_TOO_LARGE
 */
export function estimateRelease(request: ReleaseRequest, rules: ReleaseRules): ReleasePlan {
  const epsilon = checkRequest(request, rules);
  const { lfs: m, outputs } = request;
  const { rowsPerUnit, votesPerRow, minimumSupportRows } = rules;
  const delta = deltaOf(request.rows);
  const shares = {
    ...priceShares,
    confusion: outputs.includes("metrics") ? priceShares.confusion : 0,
    leaves: outputs.includes("tree") ? priceShares.leaves : 0,
  };
  const whole = shares.rows + shares.votes + shares.confusion + shares.leaves;
  const budget = microRhoFor(epsilon, delta);
  const priceOf = (share: number) => Math.max(1, Math.floor((budget * share) / whole));
  const parts = {
    rows: planGaussian(priceOf(shares.rows), squaredSensitivityOfRows(rowsPerUnit)),
    votes: planGaussian(priceOf(shares.votes), squaredSensitivityOfVotes(m, votesPerRow, rowsPerUnit)),
    confusion: shares.confusion === 0 ? null : planGeometric(priceOf(shares.confusion), rowsPerUnit),
    leaves: shares.leaves === 0 ? null : planGeometric(priceOf(shares.leaves), rowsPerUnit),
  };
  const microRho = composeMicroRho(Object.values(parts).flatMap((part) => (part === null ? [] : [part.microRho])));
  return {
    request,
    epsilon,
    delta,
    microRho,
    epsilonSpent: epsilonOf(microRho, delta),
    rowsPerUnit,
    votesPerRow,
    minimumSupportRows,
    parts,
    expected: expectErrors(request, {
      votes: parts.votes.sigma,
      confusion: parts.confusion?.sigma ?? null,
      leaves: parts.leaves?.sigma ?? null,
    }),
  };
}

function planGaussian(microRho: number, squaredSensitivity: number): GaussianPart {
  return { microRho, squaredSensitivity, sigma: Math.sqrt((squaredSensitivity * MICRO) / (2 * microRho)) };
}

function planGeometric(microRho: number, rowsPerUnit: number): GeometricPart {
  return planHistograms(microRho, 1, Math.max(1, microEpsilonOfPure(microRho)), rowsPerUnit);
}

/** ε of the request, once its numbers and outputs are known to be acceptable. */
function checkRequest(request: ReleaseRequest, rules: ReleaseRules): number {
  const { rows, lfs, labels } = releaseLimits;
  assertWholeWithin(request.rows, "rows", rows);
  assertWholeWithin(request.trainingRows, "trainingRows", rows);
  assertWholeWithin(request.testRows, "testRows", { ...rows, minimum: 0 });
  assertWholeWithin(request.lfs, "lfs", lfs);
  assertWholeWithin(request.labels, "labels", labels);
  const range = { minimum: releaseLimits.epsilonPerRelease.minimum, maximum: rules.epsilon.release };
  const epsilon = assertWithin(request.epsilon ?? rules.epsilon.release, "epsilon", range);
  const allowed = rules.outputs.filter((name) => protectedOutputs.includes(name));
  const refused = request.outputs.find((name) => !allowed.includes(name));
  if (refused !== undefined || request.outputs.length === 0) {
    throw new FlamencoError(
      "FLM_RELEASE_OUTPUT",
      `${refused === undefined ? "No output was asked for" : `The output ${refused} is not released`}; these are: ${allowed.join(", ")}.`,
    );
  }
  const cells = request.lfs * request.labels * 2 + ((request.lfs * (request.lfs - 1)) / 2) * request.labels ** 2;
  if (cells > releaseLimits.tableCells) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `A protected release counts at most ${releaseLimits.tableCells} cells of votes, and ${request.lfs} labeling functions with ${request.labels} labels make ${cells}. Use fewer labeling functions.`,
    );
  }
  return epsilon;
}
