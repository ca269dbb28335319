import { FlamencoError } from "../errors/index.js";
import type { NoisyVoteTable, VoteTable } from "../wire/index.js";
import { drawGaussianNoise } from "./gaussian-noise.js";
import { type ByteSource, RandomBits } from "./random-bits.js";
import type { GaussianPart, ReleasePlan } from "./release-plan.js";
import { MICRO } from "./zcdp.js";

/**
 * A vote table with discrete Gaussian noise on every cell, zeros too, and on the number of rows: what the plan paid for.
 * Sensitivity: `squaredSensitivityOfVotes`, `squaredSensitivityOfRows`; it holds only if the table was counted with the plan's
 * caps.
 * @throws FLM_INTERNAL when the table has other LFs, labels or caps than the plan.
 */
export function addNoise(table: VoteTable, plan: ReleasePlan, source: ByteSource): NoisyVoteTable {
  const { lfs, labels, rowsPerUnit, votesPerRow, rows, singles, chosen, pairs } = table;
  const { request, parts } = plan;
  const [m, k] = [request.lfs, request.labels];
  const holds = (cells: readonly (readonly number[])[], length: number, width: number) =>
    cells.length === length && cells.every((row) => row.length === width);
  const fits =
    lfs.length === m &&
    labels.length === k &&
    rowsPerUnit === plan.rowsPerUnit &&
    votesPerRow === plan.votesPerRow &&
    holds(singles, m, k) &&
    holds(chosen, m, k) &&
    holds(pairs, (m * (m - 1)) / 2, k * k);
  if (!fits) throw new FlamencoError("FLM_INTERNAL", "The vote table was not counted as the release was planned.");
  const random = new RandomBits(source);
  const blur = (cells: readonly (readonly number[])[]) =>
    cells.map((row) => row.map((count) => count + drawOf(parts.votes, random)));
  return {
    schema: "flamenco-noisy-vote-table/1",
    lfs,
    labels,
    rowsPerUnit,
    votesPerRow,
    rows: rows + drawOf(parts.rows, random),
    singles: blur(singles),
    chosen: blur(chosen),
    pairs: blur(pairs),
    rowsSigma: parts.rows.sigma,
    sigma: parts.votes.sigma,
  };
}

/** σ² = Δ₂²/(2ρ), as the fraction that the whole micro-ρ make it. */
function drawOf({ squaredSensitivity, microRho }: GaussianPart, random: RandomBits): number {
  const variance = { numerator: BigInt(squaredSensitivity) * BigInt(MICRO), denominator: BigInt(2 * microRho) };
  return Number(drawGaussianNoise(variance, random));
}
