// Runs in the sealed worker's engine: isolate-bench.ts starts it there. Prints one JSON line.
import { emitKernel, verifyFile } from "@flamenco/language";
import { KernelRunner, PackageIsolate, type PackedKernel } from "@flamenco/sandbox/isolate";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { median, round, time } from "./timing.js";
import { benchKind, benchLabels, tenLfs } from "./workload.js";

const ROWS = 5_000_000;
const PAIRS = 9;
const MORSEL_ROWS = 65_536;

const { lfs, refusals } = verifyFile(tenLfs, { kind: benchKind, labels: [...benchLabels] });
if (refusals.length > 0) throw new Error(JSON.stringify(refusals));
const kernel = emitKernel(lfs, [...benchLabels]);

const random = new SeededRandom(7);
const ranges: Record<string, (u: number) => number> = {
  srcPort: (u) => Math.floor(u * 65_536),
  protocol: (u) => (u < 0.5 ? 17 : 6),
  packets: (u) => Math.floor(1 / (1 - u * 0.999)),
  bytesPerPacket: (u) => u * 1_500,
  durationSeconds: (u) => u * 120,
};
const columns = kernel.columns.map((field) => {
  const draw = ranges[field] ?? ((u: number) => u);
  return Float64Array.from({ length: ROWS }, () => draw(random.nextFloat()));
});
const quantiles: Record<string, number> = { p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, mean: 0.5, sd: 0.3 };
const statistics = kernel.statistics.map(({ field, statistic }) =>
  (ranges[field] ?? ((u) => u))(quantiles[statistic] ?? 0.5),
);

const lfsOfWord = Array.from({ length: kernel.words }, (_, word) =>
  Math.min(kernel.lfsPerWord, lfs.length - word * kernel.lfsPerWord),
);
const run: PackedKernel = {
  kernel: {
    source: kernel.source,
    columnCount: kernel.columns.length,
    statistics,
    categories: [],
    words: kernel.words,
  },
  base: kernel.base,
  lfsOfWord,
};

/** The same kernel text and the same morsels in plain Node: what the isolate's wall costs is the difference. */
function runPlain(): Int32Array {
  const scratch = columns.map(() => new Float64Array(MORSEL_ROWS));
  const codes = new Int32Array(MORSEL_ROWS * kernel.words);
  const make = new Function(`return ${kernel.source}`)() as (...parameters: unknown[]) => (rows: number) => void;
  const call = make(scratch, statistics, [], codes);
  const output = new Int32Array(ROWS * kernel.words);
  for (let offset = 0; offset < ROWS; offset += MORSEL_ROWS) {
    const rows = Math.min(MORSEL_ROWS, ROWS - offset);
    for (const [index, column] of columns.entries()) scratch[index]?.set(column.subarray(offset, offset + rows));
    call(rows);
    for (let word = 0; word < kernel.words; word++) {
      output.set(codes.subarray(word * MORSEL_ROWS, word * MORSEL_ROWS + rows), word * ROWS + offset);
    }
  }
  return output;
}

function runFresh(): ReturnType<KernelRunner["run"]> {
  const runner = new KernelRunner(run);
  try {
    return runner.run(columns, ROWS);
  } finally {
    runner.dispose();
  }
}

const plainCodes = runPlain();
const isolateCodes = runFresh();
isolateCodes.forEach(({ codes }, word) => {
  for (let row = 0; row < ROWS; row++) {
    if (codes[row] !== plainCodes[word * ROWS + row]) throw new Error("The isolate and plain Node disagree.");
  }
});

/** The rows once more through an isolate that is there already: what a long run tends to. */
const standing = new PackageIsolate(run.kernel);
const standingOutputs = lfsOfWord.map(() => new Int32Array(ROWS));
const wordRanges = lfsOfWord.map((lfsInWord) => kernel.base ** lfsInWord);
function runStanding(): void {
  for (let offset = 0; offset < ROWS; offset += MORSEL_ROWS) {
    const rows = Math.min(MORSEL_ROWS, ROWS - offset);
    for (const [index, scratch] of standing.columns.entries()) {
      scratch.set((columns[index] as Float64Array).subarray(offset, offset + rows));
    }
    standing.run(rows, wordRanges, standingOutputs, offset);
  }
}

runStanding();
const plain: number[] = [];
const warm: number[] = [];
const fresh: number[] = [];
for (let pair = 0; pair < PAIRS; pair++) {
  plain.push(time(() => runPlain()));
  warm.push(time(() => runStanding()));
  fresh.push(time(() => runFresh()));
}
const rowLfs = ROWS * lfs.length;
const speed = (seconds: readonly number[]): number => round(rowLfs / median(seconds) / 1e6);
const overPlain = (seconds: readonly number[]): number =>
  round(median(seconds.map((value, index) => value / (plain[index] as number))));
process.stdout.write(
  `${JSON.stringify({
    engine: process.version,
    rows: ROWS,
    lfs: lfs.length,
    columns: kernel.columns.length,
    pairs: PAIRS,
    millionRowLfsPerSecond: { plain: speed(plain), warmIsolate: speed(warm), freshIsolate: speed(fresh) },
    warmIsolateOverPlainTime: overPlain(warm),
    freshIsolateOverPlainTime: overPlain(fresh),
  })}\n`,
);
