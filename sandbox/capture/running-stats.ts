/** Numbers that a running summary takes in a row of numbers: mean, sum of squared deviations, minimum, maximum. */
export const statsSlots = 4;

const MEAN = 0;
const DEVIATIONS = 1;
const MIN = 2;
const MAX = 3;

/** What is known of some samples. All 0 without any; the deviation divides by n-1 and is 0 of one sample. */
export interface SampleSummary {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly sd: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Take one more sample into the summary at `at` (Welford 1962).
 * @param count number of samples with this one
 */
export function addSample(numbers: Float64Array, at: number, count: number, sample: number): void {
  const delta = sample - numbers[at + MEAN]!;
  const mean = numbers[at + MEAN]! + delta / count;
  numbers[at + MEAN] = mean;
  numbers[at + DEVIATIONS]! += delta * (sample - mean);
  if (count === 1 || sample < numbers[at + MIN]!) numbers[at + MIN] = sample;
  if (count === 1 || sample > numbers[at + MAX]!) numbers[at + MAX] = sample;
}

/** The summary at `at`, of `count` samples. */
export function summaryAt(numbers: Float64Array, at: number, count: number): SampleSummary {
  return summarize(count, numbers[at + MEAN]!, numbers[at + DEVIATIONS]!, numbers[at + MIN]!, numbers[at + MAX]!);
}

/** The summary at `at` with one sample more; what lies there stays as it is. */
export function summaryWith(numbers: Float64Array, at: number, count: number, sample: number): SampleSummary {
  const row = numbers.slice(at, at + statsSlots);
  addSample(row, 0, count + 1, sample);
  return summaryAt(row, 0, count + 1);
}

/** Summary of two sets of samples together (Chan, Golub and LeVeque 1979). */
export function mergeSummaries(a: SampleSummary, b: SampleSummary): SampleSummary {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  const deviations =
    a.variance * (a.count - 1) + b.variance * (b.count - 1) + (delta * delta * a.count * b.count) / count;
  const mean = (a.mean * a.count + b.mean * b.count) / count;
  return summarize(count, mean, deviations, Math.min(a.min, b.min), Math.max(a.max, b.max));
}

function summarize(count: number, mean: number, deviations: number, min: number, max: number): SampleSummary {
  const variance = count > 1 ? deviations / (count - 1) : 0;
  return { count, mean, variance, sd: Math.sqrt(variance), min, max };
}
