/** Which validation rows the next round fits on. */
export interface Feedback {
  readonly gamma: number;
  /** Non-zero selects a validation row. */
  readonly selected: Uint8Array;
  /** Rows whose probability is within gamma of 1/2. */
  readonly vagueRows: number;
  /** Rows of the other label that were added because all vague rows have one. */
  readonly addedRows: number;
}

/**
 * Snuba's feedback: labeled rows with |p - 1/2| <= gamma, gamma = 1/2 - m^(-3/2) for m LFs, go to the next round. When all of
 * them have one label there is nothing to tell apart (upstream fails there): as many rows of the other label are added, the
 * least certain first.
 * @param probability of label 1, of each validation row.
 */
export function findFeedback(probability: Float64Array, truth: Int8Array, lfCount: number): Feedback {
  const gamma = Math.max(0, 0.5 - lfCount ** -1.5);
  const doubt = probability.map((share) => Math.abs(share - 0.5));
  const selected = Uint8Array.from(doubt, (distance) => (distance <= gamma ? 1 : 0));
  const vague = [...selected.keys()].filter((row) => selected[row] === 1);
  const labels = new Set(vague.map((row) => truth[row]));
  if (labels.size !== 1) return { gamma, selected, vagueRows: vague.length, addedRows: 0 };
  const others = [...truth.keys()].filter((row) => !labels.has(truth[row]));
  const nearest = others.sort((a, b) => doubt[a]! - doubt[b]! || a - b).slice(0, vague.length);
  for (const row of nearest) selected[row] = 1;
  return { gamma, selected, vagueRows: vague.length, addedRows: nearest.length };
}
