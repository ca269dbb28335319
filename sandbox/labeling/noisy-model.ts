import type { NoisyMoments } from "./noisy-moments.js";

/** An LF is believed to be right on this share of its votes where labels are even, until counts say otherwise. */
const BELIEVED_ACCURACY = 0.7;
const BELIEVED_LOG_ODDS = Math.log(BELIEVED_ACCURACY / (1 - BELIEVED_ACCURACY));
/** Standard deviation of that belief, and of how far an LF's labels part, in log odds. */
const BELIEF_DEVIATION = 1;
const COUPLING_DEVIATION = 0.5;
/** Log odds are looked for within this of 0: precisions from 0.1 % to 99.9 % where labels are even. */
const LARGEST_LOG_ODDS = 7;
const CHANGE_TOLERANCE = 1e-6;
const MAX_SWEEPS = 500;
const SECTION_STEPS = 44;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface NoisyFit {
  /** `conditional[i][a][y]` = P(LF i votes a | label y); zeros where it never votes a. */
  readonly conditional: readonly (readonly (readonly number[])[])[];
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * The moments model for counts with known noise. What a vote of LF i for label a says is one number, the odds
 * r = P(vote a | a) / P(vote a | another label); its share of rows gives the rest, so that with two labels this is the
 * family of the exact moments model (Ratner et al. 2019), and with more labels one that pair counts determine. The odds are the
 * most probable ones given the pair counts, each weighted by its inverse variance, and a belief that LFs are right more often
 * than not and alike for all labels; the less the counts say, the more it weighs. An LF with too few votes has one number for
 * all labels: the symmetric model. One LF is moved at a time: given the others it is a search along a line.
 * @param prior class balance, length k, above 0
 */
export function fitNoisyMoments(moments: NoisyMoments, prior: readonly number[]): NoisyFit {
  const { lfCount, labelCount: k, shares } = moments;
  const logOdds = shares.map((labels) => labels.map(() => BELIEVED_LOG_ODDS));
  const conditional = shares.map((labels, lf) =>
    labels.map((share, vote) => likelihoodsOf(share, vote, logOdds[lf]![vote]!, prior)),
  );
  let [change, iterations] = [Number.POSITIVE_INFINITY, 0];
  while (change >= CHANGE_TOLERANCE && iterations < MAX_SWEEPS) {
    change = 0;
    for (let lf = 0; lf < lfCount; lf++) {
      const voted = [...Array(k).keys()].filter((vote) => shares[lf]![vote]! > 0);
      const misfits = voted.map((vote) => gatherMisfit(moments, conditional, prior, lf, vote));
      const groups = moments.plenty[lf] ? voted.map((_, place) => [place]) : [[...voted.keys()]];
      for (const group of groups) {
        const apart = voted.filter((_, place) => !group.includes(place)).map((vote) => logOdds[lf]![vote]!);
        const best = findLowest((value) => {
          let sum = ((value - BELIEVED_LOG_ODDS) / BELIEF_DEVIATION) ** 2;
          for (const other of apart) sum += ((value - other) / COUPLING_DEVIATION) ** 2 / apart.length;
          for (const place of group) sum += misfits[place]!(value);
          return sum;
        });
        for (const place of group) {
          const vote = voted[place]!;
          change = Math.max(change, Math.abs(best - logOdds[lf]![vote]!));
          logOdds[lf]![vote] = best;
          conditional[lf]![vote] = likelihoodsOf(shares[lf]![vote]!, vote, best, prior);
        }
      }
    }
    iterations++;
  }
  return { conditional, converged: change < CHANGE_TOLERANCE, iterations };
}

/** P(vote | y) of each label, given how many rows have the vote: Σ_y p_y P(vote | y) is that share. */
function likelihoodsOf(share: number, vote: number, logOdds: number, prior: readonly number[]): number[] {
  const against = shareAgainst(logOdds, prior[vote]!);
  return prior.map((_, label) => share * against * (label === vote ? Math.exp(logOdds) : 1));
}

/** P(vote | another label) / P(vote). */
const shareAgainst = (logOdds: number, prior: number): number => 1 / (prior * Math.exp(logOdds) + 1 - prior);

/**
 * Squared misfit, in standard deviations, of all pair counts of one vote of one LF, as a function of its log odds. The
 * expected counts are linear in P(vote | another label), so the sum is a parabola in that, gathered once.
 */
function gatherMisfit(
  { lfCount: m, labelCount: k, rows, shares, pairs, precisions }: NoisyMoments,
  conditional: NoisyFit["conditional"],
  prior: readonly number[],
  lf: number,
  vote: number,
): (logOdds: number) => number {
  const share = shares[lf]![vote]!;
  const p = prior[vote]!;
  let [constant, linear, square] = [0, 0, 0];
  for (let other = 0; other < m; other++) {
    if (other === lf) continue;
    for (let otherVote = 0; otherVote < k; otherVote++) {
      const index = (lf * k + vote) * m * k + other * k + otherVote;
      const precision = precisions[index]!;
      if (precision === 0) continue;
      const likelihoods = conditional[other]![otherVote]!;
      const here = likelihoods[vote]!;
      const elsewhere = likelihoods.reduce((sum, q, label) => (label === vote ? sum : sum + prior[label]! * q), 0);
      // Expected rows: rows * share * (here + against * (elsewhere - (1 - p) here)).
      const residual = pairs[index]! - rows * share * here;
      const slope = rows * share * (elsewhere - (1 - p) * here);
      constant += precision * residual * residual;
      linear += precision * residual * slope;
      square += precision * slope * slope;
    }
  }
  return (logOdds) => {
    const against = shareAgainst(logOdds, p);
    return constant - 2 * linear * against + square * against * against;
  };
}

/** Golden-section search over all log odds. */
function findLowest(misfit: (logOdds: number) => number): number {
  let [low, high] = [-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [misfit(left), misfit(right)];
  for (let step = 0; step < SECTION_STEPS; step++) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = misfit(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = misfit(right);
    }
  }
  return (low + high) / 2;
}
