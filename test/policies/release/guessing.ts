import { randomBytes } from "node:crypto";
import {
  addNoise,
  type ByteSource,
  estimateRelease,
  KeyedHash,
  presetRules,
  type ReleasePlan,
  VoteCounter,
} from "@flamenco/policies/release";
import type { NoisyVoteTable, VoteTable } from "@flamenco/policies/wire";

export const TRIALS = 2000;
/** Of a share over the trials: 4.75 standard deviations, one case in a million. */
export const SAMPLING = (4.75 * 0.5) / Math.sqrt(TRIALS);
export const osBytes: ByteSource = (count) => randomBytes(count);

const lfs = ["ns/p@1.0.0#a", "ns/p@1.0.0#b", "ns/p@1.0.0#c"];
const hash = new KeyedHash(new Uint8Array(8));

/** Rows of votes of three LFs, label 0 or 1, as a vote table of units with one row each. */
export function tableOf(rows: readonly (readonly [number, number, number])[]): VoteTable {
  const counter = new VoteCounter({ lfs, labels: ["benign", "attack"], rowsPerUnit: 1, votesPerRow: 4, hash });
  for (const [row, votes] of rows.entries()) counter.add(Int8Array.from(votes), 0, row);
  return counter.finish();
}

/** A release of labels and weights at `epsilon`, of 100,000 rows as far as anybody knows. */
export function planOf(epsilon: number): ReleasePlan {
  const rules = presetRules.standard;
  return estimateRelease(
    { rows: 100_000, trainingRows: 60_000, testRows: 0, lfs: 3, labels: 2, outputs: ["labelModel"] },
    { ...rules, rowsPerUnit: 1, epsilon: { ...rules.epsilon, release: epsilon } },
  );
}

/** How often each side of a pair of tables makes the attacker say "the target is there". */
export function countGuesses(
  pair: { readonly without: VoteTable; readonly with: VoteTable },
  release: (table: VoteTable) => NoisyVoteTable,
  saysPresent: (seen: NoisyVoteTable) => boolean,
): { readonly falseAlarms: number; readonly hits: number } {
  let [falseAlarms, hits] = [0, 0];
  for (let trial = 0; trial < TRIALS; trial++) {
    if (saysPresent(release(pair.without))) falseAlarms++;
    if (saysPresent(release(pair.with))) hits++;
  }
  return { falseAlarms: falseAlarms / TRIALS, hits: hits / TRIALS };
}

/** A mechanism under attack: the one that releases. */
export const protect = (plan: ReleasePlan) => (table: VoteTable) => addNoise(table, plan, osBytes);

/**
 * Most by which hits may pass false alarms under ρ-zCDP: the total variation, sqrt(ρ/2) by Pinsker's inequality, for the
 * divergence of Kullback and Leibler is at most ρ.
 */
export const advantageBound = (microRho: number): number => Math.sqrt(microRho / 1e6 / 2);
