import { FlamencoError } from "@flamenco/policies/errors";
import type ivm from "isolated-vm";
import { sandboxLimits } from "../limits.js";
import { loadIsolateEngine } from "./engine.js";
import { guestBoot } from "./guest-boot.js";

/** What an isolate needs of a kernel (`Kernel` of @flamenco/language). */
export interface IsolateKernel {
  /** JavaScript expression of `(columns, statistics, categories, codes) => (n) => void`. */
  readonly source: string;
  /** Number of columns that it reads. */
  readonly columnCount: number;
  readonly statistics: readonly number[];
  readonly categories: readonly number[];
  /** Code words a row. */
  readonly words: number;
}

type KernelMaker = (...parameters: unknown[]) => (rows: number) => void;

/** Ceilings of one isolate; `limits.ts` says what each is for. */
export interface IsolateLimits {
  readonly morselRows: number;
  readonly isolateHeapMegabytes: number;
  readonly kernelCallMilliseconds: number;
}

/** A guest's error has no text: whatever happened inside, this is what is known outside. */
const kernelFailed = () => new FlamencoError("FLM_KERNEL_FAILED", "A kernel failed in its isolate.");

/** Bytes that the scratch arrays of a kernel take. */
function scratchBytes({ columnCount, words }: IsolateKernel, morselRows: number): number {
  return morselRows * (columnCount * Float64Array.BYTES_PER_ELEMENT + words * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * One package's kernel in an isolate of its own. The host lends it scratch arrays over shared memory: the host writes a
 * morsel's columns, calls the kernel with one number, and reads code words. Nothing that the guest made is ever handed
 * over, and the guest holds no reference but to those arrays.
 */
export class PackageIsolate {
  /** Scratch of each column, `morselRows` long: the host writes here. */
  readonly columns: readonly Float64Array[];
  readonly morselRows: number;
  readonly #codes: Int32Array;
  readonly #words: number;
  readonly #statistics: Float64Array;
  readonly #isolate: ivm.Isolate;
  readonly #maker: ivm.Reference<KernelMaker>;
  readonly #parameters: readonly ivm.Reference<unknown>[];
  #kernel: ivm.Reference<(rows: number) => void>;
  readonly #timeout: number;

  /**
   * @throws FLM_WORKER_ENGINE when isolated-vm cannot be used
   * @throws FLM_KERNEL_FAILED when the kernel does not compile or does not start
   */
  constructor(kernel: IsolateKernel, limits: IsolateLimits = sandboxLimits) {
    const engine = loadIsolateEngine();
    this.morselRows = limits.morselRows;
    this.#timeout = limits.kernelCallMilliseconds;
    this.#words = kernel.words;
    this.columns = Array.from({ length: kernel.columnCount }, () => new Float64Array(sharedBytes(8 * this.morselRows)));
    this.#codes = new Int32Array(sharedBytes(4 * this.morselRows * kernel.words));
    this.#statistics = new Float64Array(sharedBytes(8 * kernel.statistics.length));
    // isolated-vm counts lent memory against the limit of the isolate.
    const lentMegabytes = Math.ceil(scratchBytes(kernel, this.morselRows) / 2 ** 20);
    this.#isolate = new engine.Isolate({ memoryLimit: limits.isolateHeapMegabytes + lentMegabytes });
    try {
      [this.#maker, this.#parameters] = this.#start(engine, kernel);
      this.#kernel = this.#make(kernel.statistics);
    } catch {
      this.#isolate.dispose();
      throw kernelFailed();
    }
  }

  #start(engine: typeof ivm, kernel: IsolateKernel): [ivm.Reference<KernelMaker>, readonly ivm.Reference<unknown>[]] {
    const context = this.#isolate.createContextSync();
    const lend = (array: Float64Array | Int32Array) => new engine.ExternalCopy(array).copyInto({ release: true });
    const list = (values: readonly unknown[]): ivm.Reference<unknown> =>
      context.evalClosureSync("return [...arguments]", [...values], { result: { reference: true } });
    const lent = (array: Float64Array | Int32Array): ivm.Reference<unknown> =>
      context.evalClosureSync("return $0", [lend(array)], { result: { reference: true } });
    // Made before the boot script takes away what they are made with.
    const parameters = [
      list(this.columns.map(lend)),
      lent(this.#statistics),
      list(kernel.categories),
      lent(this.#codes),
    ];
    const run = { timeout: this.#timeout };
    if (context.evalSync(guestBoot, run) !== 0) throw kernelFailed();
    return [context.evalSync(kernel.source, { ...run, reference: true }), parameters];
  }

  #make(statistics: readonly number[] | Float64Array): ivm.Reference<(rows: number) => void> {
    this.#statistics.set(statistics);
    return this.#maker.applySync(
      undefined,
      this.#parameters.map((parameter) => parameter.derefInto()),
      {
        timeout: this.#timeout,
        result: { reference: true },
      },
    ) as ivm.Reference<(rows: number) => void>;
  }

  /**
   * Make the kernel anew with other statistics: those of another segment.
   * @throws FLM_KERNEL_FAILED
   */
  bind(statistics: Float64Array): void {
    try {
      const bound = this.#make(statistics);
      this.#kernel.release();
      this.#kernel = bound;
    } catch {
      throw kernelFailed();
    }
  }

  /**
   * Run the kernel over the first `rows` rows of the scratch columns and copy the codes out, each read once and compared
   * with its range before it is kept.
   * @param ranges number of legal codes of each word
   * @param outputs code words of all rows of the dataset, one array a word
   * @param offset row of `outputs` at which this morsel starts
   * @throws FLM_KERNEL_FAILED for an error, an overrun of time or memory, or a code out of range
   */
  run(rows: number, ranges: readonly number[], outputs: readonly Int32Array[], offset: number): void {
    // A kernel that writes nothing must not pass for the morsel before.
    this.#codes.fill(-1);
    try {
      this.#kernel.applySync(undefined, [rows], { timeout: this.#timeout });
    } catch {
      throw kernelFailed();
    }
    for (let word = 0; word < this.#words; word++) {
      const codes = this.#codes.subarray(word * this.morselRows, word * this.morselRows + rows);
      copyCodes(codes, ranges[word] ?? 0, outputs[word]!, offset);
    }
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }
}

const sharedBytes = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** Copy first, check the private copy: what was checked is what is kept. */
function copyCodes(codes: Int32Array, range: number, output: Int32Array, offset: number): void {
  output.set(codes, offset);
  const end = offset + codes.length;
  for (let row = offset; row < end; row++) {
    const code = output[row]!;
    if (!(code >= 0 && code < range)) throw kernelFailed();
  }
}
