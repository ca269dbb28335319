import { Matrix } from "ml-matrix";
import { findQuarticValley } from "./quartic-valley.js";

/** Steps that the quasi-Newton direction remembers. */
const MEMORY = 20;
/** Largest gradient entry at an optimum; pair shares are of order 1. */
const GRADIENT_TOLERANCE = 1e-11;
/** Entries of mu are probabilities; a factor this large runs off to infinity, where some pair counts have their infimum. */
const RUNAWAY = 10;
/** Below this a fit that can no longer improve in floating point counts as converged. */
const STALLED_TOLERANCE = 1e-8;

/** Shares of rows on which pairs of (LF, label) votes meet, with what the fit may not look at. */
export interface PairShares {
  /** O, d x d, symmetric; its diagonal holds the share of each vote. */
  readonly shares: Matrix;
  /** LF of each of the d votes: pairs within one LF are not fitted. */
  readonly lfOfVote: readonly number[];
  /** Square roots of the class balance, length c. */
  readonly rootPrior: readonly number[];
}

export interface Factoring {
  /** d x c. */
  readonly factor: Matrix;
  readonly converged: boolean;
  readonly iterations: number;
  /** The objective has no minimum: it keeps falling as some entry grows without bound (a Heywood case). */
  readonly ranAway: boolean;
}

/**
 * Minimize f(N) = ‖(O − N Nᵀ) ∘ mask‖² + ‖N √p − diag O‖² over real d x c matrices N = mu √P from `start` (Ratner et al.
 * 2019, as Snorkel's LabelModel states it; the scaling by √P evens out rare and common labels). L-BFGS; along any line f is
 * a quartic, so each step goes exactly to the nearest valley and no step size is tuned.
 */
export function factorPairShares(pairs: PairShares, start: Matrix, maxIterations: number): Factoring {
  const objective = new PairObjective(pairs);
  let factor = start.clone();
  let gradient = objective.gradientAt(factor);
  const memory: { step: Matrix; change: Matrix; curvature: number }[] = [];
  let iterations = 0;
  let ranAway = false;
  while (iterations < maxIterations && !ranAway && largest(gradient) > GRADIENT_TOLERANCE) {
    let direction = chooseDirection(gradient, memory);
    let slope = inner(gradient, direction);
    if (!(slope < 0)) {
      memory.length = 0;
      direction = Matrix.mul(gradient, -1);
      slope = -inner(gradient, gradient);
    }
    const length = objective.findStep(factor, direction, slope);
    const step = Matrix.mul(direction, length);
    const moved = Matrix.add(factor, step);
    const next = objective.gradientAt(moved);
    iterations++;
    if (length === 0 || (largest(step) < 1e-15 && largest(next) >= largest(gradient))) {
      if (memory.length === 0) break;
      memory.length = 0;
      continue;
    }
    const change = Matrix.sub(next, gradient);
    const curvature = inner(step, change);
    if (curvature > 0) memory.push({ step, change, curvature });
    if (memory.length > MEMORY) memory.shift();
    factor = moved;
    gradient = next;
    ranAway = largest(factor) > RUNAWAY;
  }
  return { factor, converged: !ranAway && largest(gradient) <= STALLED_TOLERANCE, iterations, ranAway };
}

/**
 * The objective over pairs of votes of different LFs. Residuals are summed as they are computed: for hundreds of LFs the
 * d x d products would cost more than the arithmetic.
 */
class PairObjective {
  readonly #shares: readonly Float64Array[];
  readonly #lfOfVote: readonly number[];
  readonly #root: readonly number[];

  constructor({ shares, lfOfVote, rootPrior }: PairShares) {
    this.#shares = shares.to2DArray().map((row) => Float64Array.from(row));
    this.#lfOfVote = lfOfVote;
    this.#root = rootPrior;
  }

  /** −4 ((O − N Nᵀ) ∘ mask) N + 2 (N √p − diag O) √pᵀ. */
  gradientAt(factor: Matrix): Matrix {
    const rows = rowsOf(factor);
    const gradient = rows.map((row, i) => {
      const pull = new Float64Array(row.length);
      for (const [j, other] of rows.entries()) {
        if (this.#lfOfVote[i] === this.#lfOfVote[j]) continue;
        const residual = this.#shares[i]![j]! - dot(row, other);
        for (let c = 0; c < row.length; c++) pull[c]! += residual * other[c]!;
      }
      const coverage = dot(row, this.#root) - this.#shares[i]![i]!;
      return pull.map((value, c) => -4 * value + 2 * coverage * this.#root[c]!);
    });
    return new Matrix(gradient);
  }

  /** Step length from `factor` to the nearest valley along `direction`, where f is a quartic that starts with `slope`. */
  findStep(factor: Matrix, direction: Matrix, slope: number): number {
    const rows = rowsOf(factor);
    const steps = rowsOf(direction);
    let [c2, c3, c4] = [0, 0, 0];
    for (const [i, row] of rows.entries()) {
      const step = steps[i]!;
      c2 += dot(step, this.#root) ** 2;
      for (let j = 0; j < i; j++) {
        if (this.#lfOfVote[i] === this.#lfOfVote[j]) continue;
        const residual = this.#shares[i]![j]! - dot(row, rows[j]!);
        const linear = dot(row, steps[j]!) + dot(step, rows[j]!);
        const square = dot(step, steps[j]!);
        c2 += 2 * (linear * linear - 2 * residual * square);
        c3 += 4 * linear * square;
        c4 += 2 * square * square;
      }
    }
    return findQuarticValley(slope, c2, c3, c4);
  }
}

const rowsOf = (matrix: Matrix): Float64Array[] => matrix.to2DArray().map((row) => Float64Array.from(row));

function dot(first: Float64Array, second: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < first.length; c++) sum += first[c]! * second[c]!;
  return sum;
}

/** Two-loop recursion of L-BFGS (Nocedal & Wright, algorithm 7.4). */
function chooseDirection(
  gradient: Matrix,
  memory: readonly { step: Matrix; change: Matrix; curvature: number }[],
): Matrix {
  const direction = Matrix.mul(gradient, -1);
  const shares: number[] = [];
  for (const { step, change, curvature } of memory.toReversed()) {
    const share = inner(step, direction) / curvature;
    shares.unshift(share);
    direction.sub(Matrix.mul(change, share));
  }
  const latest = memory.at(-1);
  if (latest !== undefined) direction.mul(latest.curvature / inner(latest.change, latest.change));
  for (const [index, { step, change, curvature }] of memory.entries()) {
    const back = inner(change, direction) / curvature;
    direction.add(Matrix.mul(step, shares[index]! - back));
  }
  return direction;
}

function inner(first: Matrix, second: Matrix): number {
  let sum = 0;
  for (let row = 0; row < first.rows; row++) {
    for (let column = 0; column < first.columns; column++) sum += first.get(row, column) * second.get(row, column);
  }
  return sum;
}

function largest(matrix: Matrix): number {
  let value = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++) value = Math.max(value, Math.abs(matrix.get(row, column)));
  }
  return value;
}
