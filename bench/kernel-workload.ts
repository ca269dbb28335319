import { emitKernel, type Kernel, verifyFile } from "@flamenco/language";
import type { PackedKernel } from "@flamenco/sandbox/isolate";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { benchKind, benchLabels, tenLfs } from "./workload.js";

/** The ten LFs as one kernel, and generated columns for it. */
export interface KernelWorkload {
  readonly kernel: Kernel;
  readonly packed: PackedKernel;
  readonly columns: readonly Float64Array[];
  readonly lfs: number;
}

const ranges: Readonly<Record<string, (u: number) => number>> = {
  srcPort: (u) => Math.floor(u * 65_536),
  protocol: (u) => (u < 0.5 ? 17 : 6),
  packets: (u) => Math.floor(1 / (1 - u * 0.999)),
  bytesPerPacket: (u) => u * 1_500,
  durationSeconds: (u) => u * 120,
};
const quantiles: Readonly<Record<string, number>> = { p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, mean: 0.5, sd: 0.3 };

export function makeKernelWorkload(rows: number): KernelWorkload {
  const { lfs, refusals } = verifyFile(tenLfs, { kind: benchKind, labels: [...benchLabels] });
  if (refusals.length > 0) throw new Error(JSON.stringify(refusals));
  const kernel = emitKernel(lfs, [...benchLabels]);
  const random = new SeededRandom(7);
  const draw = (field: string) => ranges[field] ?? ((u: number) => u);
  const columns = kernel.columns.map((field) =>
    Float64Array.from({ length: rows }, () => draw(field)(random.nextFloat())),
  );
  const { source, words, base, lfsPerWord } = kernel;
  const statistics = kernel.statistics.map(({ field, statistic }) => draw(field)(quantiles[statistic] ?? 0.5));
  const packed = {
    kernel: { source, columnCount: columns.length, statistics, categories: [], words },
    base,
    lfsOfWord: Array.from({ length: words }, (_, word) => Math.min(lfsPerWord, lfs.length - word * lfsPerWord)),
  };
  return { kernel, packed, columns, lfs: lfs.length };
}
