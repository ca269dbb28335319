/** Turn logarithms of weights into probabilities, in place. At least one must be finite. */
export function normalizeLogs(logs: Float64Array): Float64Array {
  const largest = Math.max(...logs);
  let sum = 0;
  for (let label = 0; label < logs.length; label++) {
    logs[label] = Math.exp(logs[label]! - largest);
    sum += logs[label]!;
  }
  for (let label = 0; label < logs.length; label++) logs[label]! /= sum;
  return logs;
}
