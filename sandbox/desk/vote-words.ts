import { FlamencoError } from "@flamenco/policies/errors";
import { ABSTAIN, labelingLimits } from "../labeling/index.js";

const ABSTENTIONS: ReadonlySet<string> = new Set([".", "-1", "-1.0", "", "ABSTAIN"]);
/** A label's index; data frames write whole numbers of a column with gaps as `1.0`. */
const INDEX = /^([0-9]{1,3})(\.0)?$/;

/**
 * The labels that a file speaks of, gathered column by column: indices or names, never both. Names come in the order that was
 * given, else in alphabetical order, so that the order does not depend on the rows.
 */
export class VoteWords {
  readonly #given: readonly string[] | undefined;
  readonly #seen = new Set<string>();
  #indices: boolean | undefined;
  #largest = -1;

  constructor(given: readonly string[] | undefined) {
    this.#given = given;
  }

  /** Whether labels have names of their own. */
  get named(): boolean {
    return this.#given !== undefined || this.#indices === false;
  }

  /** Cells that are known to be digits and dots. */
  readDigits(cells: readonly string[]): readonly string[] {
    return this.readColumn(cells, () => "votes");
  }

  /**
   * Take in a column.
   * @param place where a row's cell stands, for messages.
   * @throws FLM_SCHEMA for a cell that is no vote
   */
  readColumn(cells: readonly string[], place: (row: number) => string): readonly string[] {
    return cells.map((cell, row) => {
      const word = cell.trim();
      if (ABSTENTIONS.has(word)) return "";
      // A label may be called `1`: what was given comes first.
      if (this.#given?.includes(word)) return word;
      const index = INDEX.exec(word)?.[1];
      const fits = index === undefined ? this.#acceptName(word) : this.#acceptIndex(Number(index));
      if (!fits) throw new FlamencoError("FLM_SCHEMA", `${place(row)} ${this.#expectation()}`);
      return index === undefined ? word : String(Number(index));
    });
  }

  /** All labels, at least so many. */
  listLabels(least: number): readonly string[] {
    if (this.#given !== undefined) return this.#given;
    if (this.#indices === false) {
      const names = [...this.#seen].sort();
      // One label that all votes are for is told apart from the rest, which then has no name.
      return [...names, ...["other", "another"].filter((name) => !names.includes(name))].slice(
        0,
        Math.max(least, names.length),
      );
    }
    return Array.from({ length: Math.max(least, this.#largest + 1) }, (_, label) => `label-${label}`);
  }

  /** Label indices of a column that was taken in. */
  indexColumn(words: readonly string[]): Int8Array {
    const places = new Map(this.listLabels(0).map((label, index) => [label, index]));
    return Int8Array.from(words, (word) => (word === "" ? ABSTAIN : (places.get(word) ?? Number(word))));
  }

  #acceptIndex(index: number): boolean {
    if (this.#given !== undefined) return index < this.#given.length;
    if (this.#indices === false || index >= labelingLimits.labels) return false;
    this.#indices = true;
    this.#largest = Math.max(this.#largest, index);
    return true;
  }

  #acceptName(name: string): boolean {
    if (this.#given !== undefined || this.#indices === true || name.length > 64) return false;
    this.#indices = false;
    this.#seen.add(name);
    return this.#seen.size <= labelingLimits.labels;
  }

  #expectation(): string {
    if (this.#given !== undefined) return "holds neither one of the --labels, nor the index of one, nor an abstention.";
    return `holds no vote. A file votes with indices from 0 to ${labelingLimits.labels - 1} or with at most ${labelingLimits.labels} names, not both; ., -1, ABSTAIN and nothing abstain. Name the columns of votes with --lfs if others are among them.`;
  }
}
