import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { Classifier, Samples } from "./classifier.js";
import type { LabelWeights } from "./label-weights.js";
import { minimize } from "./minimize.js";

/** Largest entry of the mean loss's gradient at which the fit counts as found. */
const GRADIENT_TOLERANCE = 1e-6;

/** Rows whose scores are at hand at a time: a block of rows is still in the cache when its gradient is summed. */
const BLOCK_ROWS = 128;

/**
 * Multinomial logistic regression: the least loss, summed over rows, plus |weights|² / (2 c), intercepts free of penalty. Two labels
 * have one vector of weights, more have one each, as in scikit-learn's `LogisticRegression` with its solver `lbfgs`.
 * @param samples the training rows, standardized, without missing values; each step's features count as features of their own
 * @param labels of the training rows
 */
export function fitLogisticRegression(
  spec: Extract<ClassifierSpec, { model: "logistic" }>,
  samples: Samples,
  labels: LabelWeights,
): Classifier {
  const { c = 1, iterations = 500, classWeights = "none" } = spec;
  const { labelCount } = labels;
  const { rows, values } = samples;
  const model = new LinearScores(labelCount, samples.steps * samples.features.length);
  const scores = new Float64Array(BLOCK_ROWS * labelCount);
  const penalty = 1 / (c * rows);
  const { point, ...found } = minimize(
    (weights, gradient) => {
      let loss = 0;
      gradient.fill(0);
      for (let from = 0; from < rows; from += BLOCK_ROWS) {
        const count = Math.min(BLOCK_ROWS, rows - from);
        model.score(weights, values, from, count, scores);
        const known = labels.weights.subarray(from * labelCount, (from + count) * labelCount);
        loss += labelCount === 2 ? twoLabelSlopes(scores, known) : manyLabelSlopes(scores, known, labelCount);
        model.addGradient(gradient, values, from, count, scores);
      }
      for (let entry = 0; entry < weights.length; entry++) {
        gradient[entry]! /= rows;
        if (model.isIntercept(entry)) continue;
        gradient[entry]! += penalty * weights[entry]!;
        loss += (weights[entry]! ** 2 * penalty * rows) / 2;
      }
      return loss / rows;
    },
    new Float64Array(model.size),
    { iterations, gradientTolerance: GRADIENT_TOLERANCE },
  );
  return {
    model: "logistic",
    labelCount,
    parameters: { c, iterations, classWeights, iterationsDone: found.iterations, converged: found.converged },
    backend: "own",
    predict(asked, askedRows) {
      const predicted = new Float64Array(askedRows.length * labelCount);
      const probabilities = new Float64Array(labelCount);
      for (let index = 0; index < askedRows.length; index++) {
        model.score(point, asked.values, askedRows[index]!, 1, scores);
        toProbabilities(scores, 0, probabilities);
        predicted.set(probabilities, index * labelCount);
      }
      return predicted;
    },
    dispose() {},
  };
}

/**
 * Scores of labels that are linear in the features; each label's weights, then its intercept. Of two labels the first scores 0.
 * Scores of a block of rows are `scores[index * labelCount + label]`. Loops take four rows at a time: what is read of weights
 * serves four, and four sums grow side by side.
 */
class LinearScores {
  readonly size: number;
  readonly #labelCount: number;
  readonly #first: number;
  readonly #width: number;

  constructor(labelCount: number, width: number) {
    this.#labelCount = labelCount;
    this.#first = labelCount === 2 ? 1 : 0;
    this.#width = width;
    this.size = (labelCount - this.#first) * (width + 1);
  }

  isIntercept(entry: number): boolean {
    return entry % (this.#width + 1) === this.#width;
  }

  /** Of `count` rows from `from` on. */
  score(weights: Float64Array, values: Float64Array, from: number, count: number, scores: Float64Array): void {
    const [width, k] = [this.#width, this.#labelCount];
    for (let label = this.#first, offset = 0; label < k; label++, offset += width + 1) {
      const intercept = weights[offset + width]!;
      let index = 0;
      for (; index + 4 <= count; index += 4) {
        const row0 = (from + index) * width;
        const [row1, row2, row3] = [row0 + width, row0 + 2 * width, row0 + 3 * width];
        let [sum0, sum1, sum2, sum3] = [intercept, intercept, intercept, intercept];
        for (let cell = 0; cell < width; cell++) {
          const weight = weights[offset + cell]!;
          sum0 += weight * values[row0 + cell]!;
          sum1 += weight * values[row1 + cell]!;
          sum2 += weight * values[row2 + cell]!;
          sum3 += weight * values[row3 + cell]!;
        }
        scores[index * k + label] = sum0;
        scores[(index + 1) * k + label] = sum1;
        scores[(index + 2) * k + label] = sum2;
        scores[(index + 3) * k + label] = sum3;
      }
      for (; index < count; index++) {
        let sum = intercept;
        for (let cell = 0; cell < width; cell++)
          sum += weights[offset + cell]! * values[(from + index) * width + cell]!;
        scores[index * k + label] = sum;
      }
    }
    if (this.#first === 1) for (let index = 0; index < count; index++) scores[index * k] = 0;
  }

  /** @param slopes of the loss by each label's score, in the place of the scores */
  addGradient(gradient: Float64Array, values: Float64Array, from: number, count: number, slopes: Float64Array): void {
    const [width, k] = [this.#width, this.#labelCount];
    for (let label = this.#first, offset = 0; label < k; label++, offset += width + 1) {
      let index = 0;
      for (; index + 4 <= count; index += 4) {
        const row0 = (from + index) * width;
        const [row1, row2, row3] = [row0 + width, row0 + 2 * width, row0 + 3 * width];
        const slope0 = slopes[index * k + label]!;
        const slope1 = slopes[(index + 1) * k + label]!;
        const slope2 = slopes[(index + 2) * k + label]!;
        const slope3 = slopes[(index + 3) * k + label]!;
        for (let cell = 0; cell < width; cell++) {
          gradient[offset + cell]! +=
            slope0 * values[row0 + cell]! +
            slope1 * values[row1 + cell]! +
            slope2 * values[row2 + cell]! +
            slope3 * values[row3 + cell]!;
        }
        gradient[offset + width]! += slope0 + slope1 + slope2 + slope3;
      }
      for (; index < count; index++) {
        const slope = slopes[index * k + label]!;
        const row = (from + index) * width;
        for (let cell = 0; cell < width; cell++) gradient[offset + cell]! += slope * values[row + cell]!;
        gradient[offset + width]! += slope;
      }
    }
  }
}

/** Scores, of which the first are 0, become slopes of the loss. One exponential serves both labels. @returns the rows' loss */
function twoLabelSlopes(scores: Float64Array, known: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < known.length; row += 2) {
    const score = scores[row + 1]!;
    const positive = known[row + 1]!;
    const weight = known[row]! + positive;
    const small = Math.exp(-Math.abs(score));
    const probability = (score < 0 ? small : 1) / (1 + small);
    loss += weight * (Math.max(0, score) + Math.log1p(small)) - positive * score;
    scores[row + 1] = weight * probability - positive;
  }
  return loss;
}

/** Scores become slopes of the loss. @returns the rows' loss */
function manyLabelSlopes(scores: Float64Array, known: Float64Array, labelCount: number): number {
  const probabilities = new Float64Array(labelCount);
  let loss = 0;
  for (let row = 0; row < known.length; row += labelCount) {
    const logSum = toProbabilities(scores, row, probabilities);
    let weight = 0;
    for (let label = 0; label < labelCount; label++) {
      const own = known[row + label]!;
      weight += own;
      loss += own * (logSum - scores[row + label]!);
    }
    for (let label = 0; label < labelCount; label++) {
      scores[row + label] = weight * probabilities[label]! - known[row + label]!;
    }
  }
  return loss;
}

/** Softmax of a row's scores, safe for any size of theirs. @returns the logarithm of the sum of their exponentials */
function toProbabilities(scores: Float64Array, from: number, probabilities: Float64Array): number {
  const labelCount = probabilities.length;
  let most = scores[from]!;
  for (let label = 1; label < labelCount; label++) most = Math.max(most, scores[from + label]!);
  let sum = 0;
  for (let label = 0; label < labelCount; label++) {
    probabilities[label] = Math.exp(scores[from + label]! - most);
    sum += probabilities[label]!;
  }
  for (let label = 0; label < labelCount; label++) probabilities[label]! /= sum;
  return most + Math.log(sum);
}
