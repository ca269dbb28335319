import { type IsolateKernel, PackageIsolate } from "./package-isolate.js";

/** A kernel, the columns that it reads, and how its codes are packed. */
export interface KernelRun {
  readonly kernel: IsolateKernel;
  /** Columns of all rows, in the kernel's order. */
  readonly columns: readonly Float64Array[];
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

/**
 * Votes of one package on all rows: a fresh isolate, morsel by morsel.
 * @param onMorsel told the rows done so far, after each morsel
 * @throws FLM_KERNEL_FAILED, FLM_WORKER_ENGINE
 */
export function runKernel(run: KernelRun, rows: number, onMorsel?: (rows: number) => void): CodeWords[] {
  const ranges = run.lfsOfWord.map((lfs) => run.base ** lfs);
  const outputs = run.lfsOfWord.map(() => new Int32Array(rows));
  const isolate = new PackageIsolate(run.kernel);
  try {
    for (let offset = 0; offset < rows; offset += isolate.morselRows) {
      const morsel = Math.min(isolate.morselRows, rows - offset);
      for (const [index, scratch] of isolate.columns.entries()) {
        scratch.set(run.columns[index]!.subarray(offset, offset + morsel));
      }
      isolate.run(morsel, ranges, outputs, offset);
      onMorsel?.(offset + morsel);
    }
  } finally {
    isolate.dispose();
  }
  return run.lfsOfWord.map((lfs, word) => ({ codes: outputs[word]!, base: run.base, lfs }));
}
