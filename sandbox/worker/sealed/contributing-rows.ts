import type { KeyedHash } from "@flamenco/policies/release";

/** Domain of the hash that splits the rows. */
const SPLIT_TAG = 2;
/** Shares of training and validation rows, in twentieths; those of `flow` splits. The others are test rows. */
const TRAINING_TWENTIETHS = 12;
const VALIDATION_TWENTIETHS = 4;

export type Part = "train" | "validation" | "test";

/**
 * Part of a row, by the number that `chooseContributions` gave it: not by a shuffle, so that no other row moves when one
 * comes or goes.
 */
export function partOf(number: number, hash: KeyedHash): Part {
  const twentieth = Math.floor((hash.hash(number, SPLIT_TAG) / 2 ** 32) * 20);
  if (twentieth < TRAINING_TWENTIETHS) return "train";
  return twentieth < TRAINING_TWENTIETHS + VALIDATION_TWENTIETHS ? "validation" : "test";
}
