import type { RandomBits } from "./random-bits.js";

/** Bits of a probability that are compared at once. */
const WORD = 2 ** 48;
const BIG_WORD = BigInt(WORD);

/** True with probability `numerator / denominator`, exactly. @param numerator 0..denominator */
export function drawBernoulli(numerator: bigint, denominator: bigint, random: RandomBits): boolean {
  // The binary digits of the probability against those of a uniform number, a word at a time: the first word that differs decides.
  let rest = numerator;
  if (rest >= denominator) return true;
  for (;;) {
    const scaled = rest * BIG_WORD;
    const word = Number(scaled / denominator);
    const drawn = random.nextBelow(WORD);
    if (drawn !== word) return drawn < word;
    rest = scaled % denominator;
  }
}

/**
 * True with probability exp(-numerator/denominator), exactly (Canonne, Kamath & Steinke 2020, algorithm 1).
 * @param numerator at least 0; @param denominator above 0
 */
export function drawBernoulliExp(numerator: bigint, denominator: bigint, random: RandomBits): boolean {
  let rest = numerator;
  while (rest > denominator) {
    if (!drawBelowOne(1n, 1n, random)) return false;
    rest -= denominator;
  }
  return drawBelowOne(rest, denominator, random);
}

/** exp(-γ) for γ = numerator/denominator in [0, 1]: the parity of how long draws of γ/1, γ/2, … go on succeeding. */
function drawBelowOne(numerator: bigint, denominator: bigint, random: RandomBits): boolean {
  let count = 1n;
  while (drawBernoulli(numerator, denominator * count, random)) count++;
  return count % 2n === 1n;
}
