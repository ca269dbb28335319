import { FlamencoError } from "@flamenco/policies/errors";
import { labelingLimits } from "./limits.js";
import { ABSTAIN, type IndexedHistogram } from "./vote-histogram.js";

/** The votes of some LFs on every row, packed: digit 0 abstains, label index + 1 otherwise, first LF lowest. */
export interface CodeWord {
  /** One code a row: sum over the word's LFs of digit * base^position. */
  readonly codes: Int32Array;
  /** Number of labels + 1. */
  readonly base: number;
  /** LFs packed in this word; base^lfs <= 2^30. */
  readonly lfs: number;
}

/** Distinct (prefix, code) pairs, numbered by first appearance. Open addressing, doubled at half load. */
class PairIndex {
  #prefixes = new Int32Array(1024);
  #codes = new Int32Array(1024);
  #ids = new Int32Array(1024).fill(-1);
  size = 0;

  /** Number of the pair; a new pair gets the next one. */
  indexOf(prefix: number, code: number): number {
    const mask = this.#ids.length - 1;
    let slot = mixPair(prefix, code) & mask;
    for (;;) {
      const id = this.#ids[slot]!;
      if (id === -1) break;
      if (this.#prefixes[slot] === prefix && this.#codes[slot] === code) return id;
      slot = (slot + 1) & mask;
    }
    this.#prefixes[slot] = prefix;
    this.#codes[slot] = code;
    this.#ids[slot] = this.size;
    this.size++;
    if (this.size * 2 > this.#ids.length) this.#grow();
    return this.size - 1;
  }

  #grow(): void {
    const [prefixes, codes, ids] = [this.#prefixes, this.#codes, this.#ids];
    const length = ids.length * 2;
    this.#prefixes = new Int32Array(length);
    this.#codes = new Int32Array(length);
    this.#ids = new Int32Array(length).fill(-1);
    for (let old = 0; old < ids.length; old++) {
      if (ids[old] === -1) continue;
      let slot = mixPair(prefixes[old]!, codes[old]!) & (length - 1);
      while (this.#ids[slot] !== -1) slot = (slot + 1) & (length - 1);
      this.#prefixes[slot] = prefixes[old]!;
      this.#codes[slot] = codes[old]!;
      this.#ids[slot] = ids[old]!;
    }
  }
}

/** Finalizer of MurmurHash3 over both halves: neighboring codes scatter. */
function mixPair(prefix: number, code: number): number {
  let hash = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The histogram of packed votes, and the pattern of every row. One pass a word; a row costs one table access a word while
 * the code space is small. Patterns are numbered by the first row that shows them.
 * @param words the LFs' votes in order, any number of words; every word has a code for each of the `rows` rows.
 * @throws FLM_KERNEL_FAILED for a code outside the word's range: no correct kernel writes it.
 * @throws FLM_TOO_LARGE when the distinct patterns do not fit the ceiling.
 */
export function combinePatternCodes(words: readonly CodeWord[], rows: number): IndexedHistogram {
  const base = words[0]?.base ?? 0;
  const lfCount = words.reduce((sum, word) => sum + word.lfs, 0);
  checkWords(words, rows, base, lfCount);
  const mostPatterns = Math.floor(labelingLimits.patternVotes / lfCount);
  const patternOfRow = new Int32Array(rows);
  let patternCount = rows === 0 ? 0 : 1;
  for (const [position, word] of words.entries()) {
    const space = base ** word.lfs;
    patternCount =
      position === 0 && space <= labelingLimits.denseTableEntries
        ? numberCodes(word.codes, space, patternOfRow)
        : numberPairs(word.codes, space, patternOfRow, mostPatterns);
  }
  if (patternCount > mostPatterns) throw tooManyPatterns(patternCount);

  const counts = new Float64Array(patternCount);
  const patterns = new Int8Array(patternCount * lfCount);
  for (let row = 0; row < rows; row++) {
    const pattern = patternOfRow[row]!;
    if (counts[pattern] === 0) decodeVotes(words, row, patterns.subarray(pattern * lfCount, (pattern + 1) * lfCount));
    counts[pattern]! += 1;
  }
  return { histogram: { lfCount, labelCount: base - 1, patterns, counts }, patternOfRow };
}

/** First word over a small code space: a direct table from code to pattern. */
function numberCodes(codes: Int32Array, space: number, patternOfRow: Int32Array): number {
  const table = new Int32Array(space).fill(-1);
  let size = 0;
  for (let row = 0; row < patternOfRow.length; row++) {
    const code = codes[row]!;
    if (code < 0 || code >= space) throw badCode();
    let pattern = table[code]!;
    if (pattern === -1) {
      pattern = size++;
      table[code] = pattern;
    }
    patternOfRow[row] = pattern;
  }
  return size;
}

/** Any word: number the pairs of the pattern so far and this word's code. */
function numberPairs(codes: Int32Array, space: number, patternOfRow: Int32Array, mostPatterns: number): number {
  const index = new PairIndex();
  for (let row = 0; row < patternOfRow.length; row++) {
    const code = codes[row]!;
    if (code < 0 || code >= space) throw badCode();
    patternOfRow[row] = index.indexOf(patternOfRow[row]!, code);
    if (index.size > mostPatterns) throw tooManyPatterns(index.size);
  }
  return index.size;
}

function decodeVotes(words: readonly CodeWord[], row: number, votes: Int8Array): void {
  let lf = 0;
  for (const word of words) {
    let code = word.codes[row]!;
    for (let digit = 0; digit < word.lfs; digit++) {
      votes[lf++] = (code % word.base) + ABSTAIN;
      code = Math.floor(code / word.base);
    }
  }
}

function checkWords(words: readonly CodeWord[], rows: number, base: number, lfCount: number): void {
  const fits = words.every((word) => word.base === base && word.lfs >= 1 && base ** word.lfs <= 2 ** 30);
  if (words.length === 0 || !fits || base < 3 || base > labelingLimits.labels + 1) {
    throw new FlamencoError(
      "FLM_INTERNAL",
      "Code words must share one base (labels + 1) and hold at least one LF each.",
    );
  }
  if (words.some((word) => word.codes.length < rows)) {
    throw new FlamencoError("FLM_KERNEL_FAILED", "A kernel left rows without a code.");
  }
  if (lfCount > labelingLimits.lfs) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `A study may run ${labelingLimits.lfs} labeling functions, not ${lfCount}.`,
    );
  }
}

const badCode = () => new FlamencoError("FLM_KERNEL_FAILED", "A kernel wrote a code that stands for no votes.");

/** The refusal of a histogram whose distinct patterns pass the ceiling. */
export const tooManyPatterns = (patterns: number) =>
  new FlamencoError(
    "FLM_TOO_LARGE",
    `The votes form ${patterns} distinct patterns or more, above what the ceiling allows. Use fewer labeling functions.`,
  );
