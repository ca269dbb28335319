import { type IsolateKernel, PackageIsolate } from "./package-isolate.js";
import { groupRows } from "./row-groups.js";

/** A kernel, and how its codes are packed. */
export interface PackedKernel {
  readonly kernel: IsolateKernel;
  /** Number of labels + 1. */
  readonly base: number;
  /** LFs packed in each word. */
  readonly lfsOfWord: readonly number[];
}

/** Votes of the LFs of one word on every row: sum over its LFs of digit * base^position. */
export interface CodeWords {
  readonly codes: Int32Array;
  readonly base: number;
  readonly lfs: number;
}

/** One package's kernel, run over chunk after chunk in an isolate of its own. */
export class KernelRunner {
  readonly #packed: PackedKernel;
  readonly #isolate: PackageIsolate;
  readonly #ranges: readonly number[];

  /** @throws FLM_KERNEL_FAILED, FLM_WORKER_ENGINE */
  constructor(packed: PackedKernel) {
    this.#packed = packed;
    this.#ranges = packed.lfsOfWord.map((lfs) => packed.base ** lfs);
    this.#isolate = new PackageIsolate(packed.kernel);
  }

  /**
   * Votes on the rows of a chunk, morsel by morsel.
   * @param columns columns of the chunk, in the kernel's order
   * @throws FLM_KERNEL_FAILED
   */
  run(columns: readonly Float64Array[], rows: number): CodeWords[] {
    const { base, lfsOfWord } = this.#packed;
    const isolate = this.#isolate;
    const outputs = lfsOfWord.map(() => new Int32Array(rows));
    for (let offset = 0; offset < rows; offset += isolate.morselRows) {
      const morsel = Math.min(isolate.morselRows, rows - offset);
      for (const [index, scratch] of isolate.columns.entries()) {
        scratch.set(columns[index]!.subarray(offset, offset + morsel));
      }
      isolate.run(morsel, this.#ranges, outputs, offset);
    }
    return lfsOfWord.map((lfs, word) => ({ codes: outputs[word]!, base, lfs }));
  }

  /**
   * Votes on the rows of a chunk, each by the statistics of its own segment. Rows of a segment are brought together for one
   * call of the kernel, and their codes put back in place.
   * @param columns columns of the chunk, in the kernel's order
   * @param segmentOfRow number of each row's segment
   * @param statistics the kernel's statistics, segment after segment
   * @throws FLM_KERNEL_FAILED
   */
  runSegments(columns: readonly Float64Array[], segmentOfRow: Int32Array, statistics: Float64Array): CodeWords[] {
    const width = this.#packed.kernel.statistics.length;
    const rows = segmentOfRow.length;
    if (width === 0) return this.run(columns, rows);
    const { order, groups } = groupRows(segmentOfRow, statistics.length / width);
    const codes = this.#packed.lfsOfWord.map(() => new Int32Array(rows));
    for (const { group, begin, end } of groups) {
      const own = order.subarray(begin, end);
      this.#isolate.bind(statistics.subarray(group * width, (group + 1) * width));
      const words = this.run(
        columns.map((column) => Float64Array.from(own, (row) => column[row]!)),
        own.length,
      );
      for (const [word, part] of words.entries()) {
        for (let at = 0; at < own.length; at++) codes[word]![own[at]!] = part.codes[at]!;
      }
    }
    return this.#packed.lfsOfWord.map((lfs, word) => ({ codes: codes[word]!, base: this.#packed.base, lfs }));
  }

  dispose(): void {
    this.#isolate.dispose();
  }
}
