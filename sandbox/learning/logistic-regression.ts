import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { Classifier, Samples } from "./classifier.js";
import type { LabelWeights } from "./label-weights.js";
import { minimize } from "./minimize.js";

/** Largest entry of the mean loss's gradient at which the fit counts as found. */
const GRADIENT_TOLERANCE = 1e-6;

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
  const model = new LinearScores(labelCount, samples.steps * samples.features.length);
  const scores = new Float64Array(labelCount);
  const probabilities = new Float64Array(labelCount);
  const { point, ...found } = minimize(
    (weights, gradient) => {
      let loss = 0;
      gradient.fill(0);
      for (let row = 0; row < samples.rows; row++) {
        model.score(weights, samples.values, row, scores);
        const logSum = toProbabilities(scores, probabilities);
        let weight = 0;
        for (let label = 0; label < labelCount; label++) {
          const known = labels.weights[row * labelCount + label]!;
          weight += known;
          loss += known * (logSum - scores[label]!);
        }
        for (let label = 0; label < labelCount; label++) {
          scores[label] = weight * probabilities[label]! - labels.weights[row * labelCount + label]!;
        }
        model.addGradient(gradient, samples.values, row, scores);
      }
      const penalty = 1 / (c * samples.rows);
      for (let entry = 0; entry < weights.length; entry++) {
        gradient[entry]! /= samples.rows;
        if (model.isIntercept(entry)) continue;
        gradient[entry]! += penalty * weights[entry]!;
        loss += (weights[entry]! ** 2 * penalty * samples.rows) / 2;
      }
      return loss / samples.rows;
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
      for (let index = 0; index < askedRows.length; index++) {
        model.score(point, asked.values, askedRows[index]!, scores);
        toProbabilities(scores, probabilities);
        predicted.set(probabilities, index * labelCount);
      }
      return predicted;
    },
    dispose() {},
  };
}

/** Scores of labels that are linear in the features; each label's weights, then its intercept. Of two labels the first scores 0. */
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

  score(weights: Float64Array, values: Float64Array, row: number, scores: Float64Array): void {
    const width = this.#width;
    scores[0] = 0;
    for (let label = this.#first, offset = 0; label < this.#labelCount; label++, offset += width + 1) {
      let score = weights[offset + width]!;
      for (let cell = 0; cell < width; cell++) score += weights[offset + cell]! * values[row * width + cell]!;
      scores[label] = score;
    }
  }

  /** @param slopes of the loss by each label's score */
  addGradient(gradient: Float64Array, values: Float64Array, row: number, slopes: Float64Array): void {
    const width = this.#width;
    for (let label = this.#first, offset = 0; label < this.#labelCount; label++, offset += width + 1) {
      const slope = slopes[label]!;
      gradient[offset + width]! += slope;
      for (let cell = 0; cell < width; cell++) gradient[offset + cell]! += slope * values[row * width + cell]!;
    }
  }
}

/** Softmax, safe for any size of scores. @returns the logarithm of the sum of the scores' exponentials */
function toProbabilities(scores: Float64Array, probabilities: Float64Array): number {
  let most = scores[0]!;
  for (let label = 1; label < scores.length; label++) most = Math.max(most, scores[label]!);
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    probabilities[label] = Math.exp(scores[label]! - most);
    sum += probabilities[label]!;
  }
  for (let label = 0; label < scores.length; label++) probabilities[label]! /= sum;
  return most + Math.log(sum);
}
