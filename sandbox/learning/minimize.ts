/** A smooth function to minimize: its value at `point`; writes its gradient into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  /** Steps at most. */
  readonly iterations: number;
  /** The search ends where no entry of the gradient is greater. */
  readonly gradientTolerance: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Pairs of steps and gradient changes that stand for the curvature; 3 to 20 are usual. */
const MEMORY = 10;
/** Shares of the expected descent (Armijo) and of the slope (Wolfe) that a step must keep. */
const SUFFICIENT_DESCENT = 1e-4;
const SUFFICIENT_FLATTENING = 0.9;
/** Trials of a line search; each halves or doubles. */
const TRIALS = 40;

/**
 * Limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with a line search by bisection for the weak Wolfe
 * conditions (Burke, Lewis & Overton 2004). For convex functions it ends at the minimum.
 * @param start left alone
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Minimum {
  let point: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(point.length);
  let value = objective(point, gradient);
  const pairs: CurvaturePair[] = [];
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    if (largest(gradient) <= options.gradientTolerance) return { point, iterations: iteration, converged: true };
    const direction = descend(gradient, pairs);
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const next = searchLine(objective, { point, value, gradient }, direction, first);
    // No step lowers the value: it is at its smallest up to rounding.
    if (next === null) return { point, iterations: iteration, converged: true };
    const step = next.point.map((entry, index) => entry - point[index]!);
    const change = next.gradient.map((entry, index) => entry - gradient[index]!);
    const curvature = dot(step, change);
    if (curvature > 0) pairs.push({ step, change, curvature });
    if (pairs.length > MEMORY) pairs.shift();
    ({ point, value, gradient } = next);
  }
  return { point, iterations: options.iterations, converged: largest(gradient) <= options.gradientTolerance };
}

interface CurvaturePair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their product, above 0. */
  readonly curvature: number;
}

/** The two-loop recursion: minus the inverse curvature times the gradient. */
function descend(gradient: Float64Array, pairs: readonly CurvaturePair[]): Float64Array {
  const direction = gradient.map((entry) => -entry);
  const shares = new Float64Array(pairs.length);
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { step, change, curvature } = pairs[index]!;
    shares[index] = dot(step, direction) / curvature;
    addScaled(direction, change, -shares[index]!);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let entry = 0; entry < direction.length; entry++) direction[entry]! *= scale;
  }
  for (const [index, { step, change, curvature }] of pairs.entries()) {
    addScaled(direction, step, shares[index]! - dot(change, direction) / curvature);
  }
  return direction;
}

interface Place {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

function searchLine(objective: Objective, from: Place, direction: Float64Array, first: number): Place | null {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return null;
  let [low, high, length] = [0, Number.POSITIVE_INFINITY, first];
  let lower: Place | null = null;
  for (let trial = 0; trial < TRIALS; trial++) {
    const point = from.point.map((entry, index) => entry + length * direction[index]!);
    const gradient = new Float64Array(point.length);
    const value = objective(point, gradient);
    if (!(value <= from.value + SUFFICIENT_DESCENT * length * slope)) high = length;
    else {
      lower = { point, value, gradient };
      if (dot(gradient, direction) >= SUFFICIENT_FLATTENING * slope) return lower;
      low = length;
    }
    length = high === Number.POSITIVE_INFINITY ? 2 * length : (low + high) / 2;
  }
  return lower;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}

function addScaled(target: Float64Array, values: Float64Array, scale: number): void {
  for (let index = 0; index < target.length; index++) target[index]! += scale * values[index]!;
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
