import { Matrix } from "ml-matrix";
import type { PairShares } from "./pair-factoring.js";

/** Snorkel's optimizer settings: step length, momentum, and epochs of its longest recommended fit. */
const STEP = 0.01;
const MOMENTUM = 0.9;
const EPOCHS = 10_000;
/** Largest gradient entry from which on the rest of the way no longer chooses where it ends. */
const ARRIVED = 1e-9;
/** Entries of a gradient of shares are of order 1 at most. */
const RUNAWAY = 1e3;

/**
 * Where gradient descent with momentum leads from `start`, for ‖(O − mu P muᵀ) ∘ mask‖² + ‖mu p − diag O‖². With three or
 * more labels the minima form a continuum (mu √P may be rotated), and which of them is "the" answer is decided by the way
 * there alone: this is the way that Snorkel's LabelModel takes. With many LFs it goes only a part of it, and where the steps
 * are too long for the votes and run off it stays at the start.
 * @param start mu, d x c.
 * @param operations multiply-adds that it may spend.
 */
export function followDescent(
  { shares, lfOfVote, rootPrior }: PairShares,
  start: Matrix,
  operations: number,
): { mu: Matrix; epochs: number } {
  const [d, c] = [start.rows, start.columns];
  const prior = rootPrior.map((root) => root * root);
  const target = Float64Array.from(shares.to1DArray());
  const mu = Float64Array.from(start.to1DArray());
  const velocity = new Float64Array(d * c);
  const gradient = new Float64Array(d * c);
  const mostEpochs = Math.min(EPOCHS, Math.floor(operations / (6 * d * d * c)));
  let epochs = 0;
  let largest = Number.POSITIVE_INFINITY;
  while (epochs < mostEpochs && largest >= ARRIVED) {
    for (let i = 0; i < d; i++) {
      let missing = -target[i * d + i]!;
      for (let y = 0; y < c; y++) missing += mu[i * c + y]! * prior[y]!;
      for (let y = 0; y < c; y++) gradient[i * c + y] = 2 * missing * prior[y]!;
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++) {
        if (lfOfVote[i] === lfOfVote[j]) continue;
        let residual = target[i * d + j]!;
        for (let y = 0; y < c; y++) residual -= mu[i * c + y]! * mu[j * c + y]! * prior[y]!;
        for (let y = 0; y < c; y++) {
          gradient[i * c + y]! -= 4 * residual * mu[j * c + y]! * prior[y]!;
          gradient[j * c + y]! -= 4 * residual * mu[i * c + y]! * prior[y]!;
        }
      }
    }
    largest = 0;
    for (let cell = 0; cell < mu.length; cell++) {
      velocity[cell] = MOMENTUM * velocity[cell]! + gradient[cell]!;
      mu[cell]! -= STEP * velocity[cell]!;
      largest = Math.max(largest, Math.abs(gradient[cell]!));
    }
    epochs++;
    // Also when it is not a number.
    if (!(largest < RUNAWAY)) return { mu: start, epochs };
  }
  return { mu: Matrix.from1DArray(d, c, mu), epochs };
}
