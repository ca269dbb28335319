import { CholeskyDecomposition, Matrix } from "ml-matrix";

/**
 * Added to each feature's variance, in features of standard deviation 1: the covariance of features that repeat or add up others,
 * or of rows most of which are equal, stays invertible. What lies off such a plane is then very far away, and nothing is NaN.
 */
export const RIDGE = 1e-9;

/** Mean and covariance of some rows. */
export interface Ellipse {
  readonly mean: Float64Array;
  /** L of the covariance L L', row by row. */
  readonly lower: Float64Array;
  /** Logarithm of the covariance's determinant. */
  readonly logDeterminant: number;
}

/** Points of features on one scale, `values[row * width + feature]`. */
export interface Points {
  readonly width: number;
  readonly values: Float64Array;
}

/** @param rows two or more @param factor that the covariance is multiplied by */
export function fitEllipse({ width, values }: Points, rows: Int32Array, factor = 1): Ellipse {
  const mean = new Float64Array(width);
  for (const row of rows) for (let one = 0; one < width; one++) mean[one]! += values[row * width + one]! / rows.length;
  const sums = new Float64Array(width * width);
  const off = new Float64Array(width);
  for (const row of rows) {
    for (let one = 0; one < width; one++) off[one] = values[row * width + one]! - mean[one]!;
    for (let one = 0; one < width; one++) {
      const here = off[one]!;
      for (let other = 0; other <= one; other++) sums[one * width + other]! += here * off[other]!;
    }
  }
  const covariance = new Matrix(width, width);
  for (let one = 0; one < width; one++) {
    for (let other = 0; other <= one; other++) {
      const value = (factor * sums[one * width + other]!) / (rows.length - 1) + (one === other ? RIDGE : 0);
      covariance.set(one, other, value);
      covariance.set(other, one, value);
    }
  }
  const lower = Float64Array.from(new CholeskyDecomposition(covariance).lowerTriangularMatrix.to1DArray());
  let logDeterminant = 0;
  for (let one = 0; one < width; one++) logDeterminant += 2 * Math.log(lower[one * (width + 1)]!);
  return { mean, lower, logDeterminant };
}

/** Squared Mahalanobis distances of rows from the ellipse's middle, by the rows' places. */
export function measureDistances({ width, values }: Points, rows: Int32Array, { mean, lower }: Ellipse): Float64Array {
  const distances = new Float64Array(rows.length);
  const solved = new Float64Array(width);
  for (let place = 0; place < rows.length; place++) {
    const from = rows[place]! * width;
    let distance = 0;
    for (let one = 0; one < width; one++) {
      let rest = values[from + one]! - mean[one]!;
      for (let other = 0; other < one; other++) rest -= lower[one * width + other]! * solved[other]!;
      solved[one] = rest / lower[one * (width + 1)]!;
      distance += solved[one]! ** 2;
    }
    distances[place] = distance;
  }
  return distances;
}
