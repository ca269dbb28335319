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
  const forEachCell = (visit: (feature: number, value: number) => void): void => {
    for (const row of rows) {
      for (let cell = 0; cell < steps * width; cell++) visit(cell % width, values[row * steps * width + cell]!);
    }
  };
  forEachCell((feature, value) => {
    means[feature]! += value / count;
  });
  forEachCell((feature, value) => {
    deviations[feature]! += (value - means[feature]!) ** 2 / count;
  });
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
  for (const row of rows) {
    for (let cell = 0; cell < steps * width; cell++, target++) {
      const feature = cell % width;
      const deviation = deviations[feature]!;
      if (deviation === 0) continue;
      const value = (values[row * steps * width + cell]! - means[feature]!) / deviation;
      standardized[target] = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, value));
    }
  }
  return { rows: rows.length, steps, features, values: standardized };
}
