import { addNoise, estimateRelease, KeyedHash, presetRules, VoteCounter } from "@flamenco/policies/release";
import type { NoisyVoteTable } from "@flamenco/policies/wire";
import { counterBytes } from "../../policies/release/counter-bytes.js";

export interface GeneratedRows {
  readonly votes: Int8Array;
  readonly truth: Int8Array;
  readonly lfCount: number;
  readonly labelCount: number;
}

/** LFs that are independent given the label; `accuracies[i][y]` where Y = y, wrong votes falling on the others alike. */
export function generateVotes(
  rows: number,
  options: {
    readonly prior: readonly number[];
    readonly accuracies: readonly (readonly number[])[];
    readonly coverages: readonly number[];
  },
): GeneratedRows {
  const { prior, accuracies, coverages } = options;
  const [m, k] = [accuracies.length, prior.length];
  const bytes = counterBytes(`rows ${rows}`);
  let words: Uint32Array = new Uint32Array(0);
  let next = 0;
  const uniform = () => {
    if (next === words.length) {
      words = new Uint32Array(bytes(1 << 16).buffer);
      next = 0;
    }
    return words[next++]! / 2 ** 32;
  };
  const votes = new Int8Array(rows * m);
  const truth = new Int8Array(rows);
  for (let row = 0; row < rows; row++) {
    let rest = uniform();
    let label = 0;
    while (label < k - 1 && rest >= prior[label]!) rest -= prior[label++]!;
    truth[row] = label;
    for (let lf = 0; lf < m; lf++) {
      const votesAtAll = uniform() < coverages[lf]!;
      const right = uniform() < accuracies[lf]![label]!;
      votes[row * m + lf] = votesAtAll ? (right ? label : (label + 1 + Math.floor(uniform() * (k - 1))) % k) : -1;
    }
  }
  return { votes, truth, lfCount: m, labelCount: k };
}

/** The noisy vote table of a release of the rows at `epsilon`, each row a unit. */
export function releaseTable({ votes, truth, lfCount, labelCount }: GeneratedRows, epsilon: number): NoisyVoteTable {
  const rules = {
    ...presetRules.standard,
    rowsPerUnit: 1,
    epsilon: { ...presetRules.standard.epsilon, release: epsilon },
  };
  const lfs = Array.from({ length: lfCount }, (_, lf) => `ns/p@1.0.0#lf${lf}`);
  const labels = Array.from({ length: labelCount }, (_, label) => `label-${label}`);
  const { rowsPerUnit, votesPerRow } = rules;
  const hash = new KeyedHash(new Uint8Array(8));
  const counter = new VoteCounter({ lfs, labels, rowsPerUnit, votesPerRow, hash });
  for (let row = 0; row < truth.length; row++) counter.add(votes, row * lfCount, row);
  const plan = estimateRelease(
    {
      rows: truth.length,
      trainingRows: truth.length,
      testRows: 0,
      lfs: lfCount,
      labels: labelCount,
      outputs: ["labelModel"],
    },
    rules,
  );
  return addNoise(counter.finish(), plan, counterBytes(`noise ${epsilon}`));
}
