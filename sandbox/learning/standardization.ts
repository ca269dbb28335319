import type { Samples } from "./classifier.js";

/** Mean and standard deviation (of the population) of each feature; a feature that does not vary has deviation 0. */
export interface Standardization {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Deviations from the mean at which values are cut off: networks compute in 32 bits, where far larger ones overflow. */
const MOST_DEVIATIONS = 1e9;
/** Below this share of the mean's size a deviation is rounding. */
const ROUNDING = 1e-12;

/** Over all steps of the rows, in two passes: large values of little spread lose nothing. */
export function fitStandardization({ steps, features, values }: Samples, rows: Int32Array): Standardization {
  const width = features.length;
  const count = rows.length * steps;
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let index = 0; index < rows.length; index++) {
    const end = (rows[index]! + 1) * steps * width;
    for (let start = rows[index]! * steps * width; start < end; start += width) {
      for (let feature = 0; feature < width; feature++) means[feature]! += values[start + feature]! / count;
    }
  }
  for (let index = 0; index < rows.length; index++) {
    const end = (rows[index]! + 1) * steps * width;
    for (let start = rows[index]! * steps * width; start < end; start += width) {
      for (let feature = 0; feature < width; feature++) {
        const off = values[start + feature]! - means[feature]!;
        deviations[feature]! += (off * off) / count;
      }
    }
  }
  for (let feature = 0; feature < width; feature++) {
    const deviation = Math.sqrt(deviations[feature]!);
    deviations[feature] = deviation > ROUNDING * Math.abs(means[feature]!) ? deviation : 0;
  }
  return { means, deviations };
}

/** Some rows, and no others, with mean 0 and deviation 1 of each feature; features that did not vary in training are 0. */
export function standardize(
  { steps, features, values }: Samples,
  rows: Int32Array,
  { means, deviations }: Standardization,
): Samples {
  const width = features.length;
  const standardized = new Float64Array(rows.length * steps * width);
  let target = 0;
  for (let index = 0; index < rows.length; index++) {
    const end = (rows[index]! + 1) * steps * width;
    for (let start = rows[index]! * steps * width; start < end; start += width) {
      for (let feature = 0; feature < width; feature++, target++) {
        const deviation = deviations[feature]!;
        if (deviation === 0) continue;
        const value = (values[start + feature]! - means[feature]!) / deviation;
        standardized[target] =
          value > MOST_DEVIATIONS ? MOST_DEVIATIONS : value < -MOST_DEVIATIONS ? -MOST_DEVIATIONS : value;
      }
    }
  }
  return { rows: rows.length, steps, features, values: standardized };
}
