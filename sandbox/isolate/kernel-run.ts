import { type IsolateKernel, PackageIsolate } from "./package-isolate.js";

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

  dispose(): void {
    this.#isolate.dispose();
  }
}
