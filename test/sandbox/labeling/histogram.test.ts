import {
  addHistograms,
  buildHistogram,
  type CodeWord,
  combinePatternCodes,
  countPairs,
  histogramOf,
} from "@flamenco/sandbox/labeling";
import { SeededRandom } from "@flamenco/sandbox/preprocess";
import fc from "fast-check";
import t from "tap";

/** Votes of 1..60 rows by 1..6 LFs over 2..4 labels. */
const voteMatrices = fc
  .record({
    lfCount: fc.integer({ min: 1, max: 6 }),
    labelCount: fc.integer({ min: 2, max: 4 }),
    rows: fc.integer({ min: 1, max: 60 }),
  })
  .chain(({ lfCount, labelCount, rows }) =>
    fc
      .array(fc.integer({ min: -1, max: labelCount - 1 }), { minLength: rows * lfCount, maxLength: rows * lfCount })
      .map((votes) => ({ votes: Int8Array.from(votes), lfCount, labelCount })),
  );

const rowKeys = (votes: Int8Array, lfCount: number) =>
  Array.from({ length: votes.length / lfCount }, (_, row) => votes.slice(row * lfCount, (row + 1) * lfCount).join());

t.test("a histogram says of every pattern how many rows show it, in order of first appearance", async (t) => {
  fc.assert(
    fc.property(voteMatrices, (matrix) => {
      const { histogram, patternOfRow } = buildHistogram(matrix);
      const keys = rowKeys(matrix.votes, matrix.lfCount);
      const distinct = [...new Set(keys)];
      t.strictSame(rowKeys(histogram.patterns, matrix.lfCount), distinct);
      t.strictSame(
        [...histogram.counts],
        distinct.map((key) => keys.filter((other) => other === key).length),
      );
      t.strictSame(
        [...patternOfRow],
        keys.map((key) => distinct.indexOf(key)),
      );
    }),
    { numRuns: 100, seed: 1 },
  );
});

t.test("how votes are packed into words does not matter", async (t) => {
  fc.assert(
    fc.property(voteMatrices, fc.integer({ min: 1, max: 3 }), ({ votes, lfCount, labelCount }, lfsPerWord) => {
      const rows = votes.length / lfCount;
      const base = labelCount + 1;
      const words: CodeWord[] = [];
      for (let first = 0; first < lfCount; first += lfsPerWord) {
        const lfs = Math.min(lfsPerWord, lfCount - first);
        const codes = Int32Array.from({ length: rows }, (_, row) =>
          Array.from({ length: lfs }, (_, lf) => (votes[row * lfCount + first + lf]! + 1) * base ** lf).reduce(
            (a, b) => a + b,
          ),
        );
        words.push({ codes, base, lfs });
      }
      t.strictSame(combinePatternCodes(words, rows), buildHistogram({ votes, lfCount, labelCount }));
    }),
    { numRuns: 100, seed: 2 },
  );
});

t.test("words beyond any table are hashed without losing or merging a pattern", async (t) => {
  const rows = 20_000;
  const random = new SeededRandom(3);
  const words = [0, 1, 2].map(() => ({
    codes: Int32Array.from({ length: rows }, () => random.nextBelow(40) * 5_000_011),
    base: 3,
    lfs: 18,
  }));
  const { histogram, patternOfRow } = combinePatternCodes(words, rows);
  const keys = Array.from({ length: rows }, (_, row) => words.map(({ codes }) => codes[row]).join());
  t.equal(histogram.counts.length, new Set(keys).size);
  const patternOfKey = new Map<string, number>();
  for (const [row, key] of keys.entries()) {
    const pattern = patternOfKey.get(key) ?? patternOfRow[row]!;
    patternOfKey.set(key, pattern);
    if (pattern !== patternOfRow[row]) t.fail(`row ${row} is in two patterns`);
  }
  const votes = histogram.patterns.subarray(0, 54);
  const packed = [0, 1, 2].map((word) =>
    votes.slice(word * 18, word * 18 + 18).reduceRight((code, vote) => code * 3 + vote + 1, 0),
  );
  t.strictSame(
    packed,
    words.map(({ codes }) => codes[0]),
    "the votes of the first row",
  );
});

t.test("a code that stands for no votes fails the kernel, and names nothing of the row", async (t) => {
  for (const code of [-1, 9, 2 ** 30]) {
    t.throws(() => combinePatternCodes([{ codes: Int32Array.of(0, code), base: 3, lfs: 2 }], 2), {
      code: "FLM_KERNEL_FAILED",
    });
    const big = { codes: Int32Array.of(0, 3 ** 18 + Math.abs(code)), base: 3, lfs: 18 };
    t.throws(() => combinePatternCodes([big], 2), { code: "FLM_KERNEL_FAILED" });
  }
  t.throws(() => combinePatternCodes([{ codes: Int32Array.of(0), base: 3, lfs: 2 }], 2), { code: "FLM_KERNEL_FAILED" });
  t.throws(() => combinePatternCodes([], 0), { code: "FLM_INTERNAL" });
  t.throws(() => buildHistogram({ votes: Int8Array.of(0, 5), lfCount: 2, labelCount: 2 }), { code: "FLM_INTERNAL" });
  const many = Array.from({ length: 30 }, () => ({ codes: new Int32Array(1), base: 3, lfs: 18 }));
  t.throws(() => combinePatternCodes(many, 1), { code: "FLM_TOO_LARGE" }, "540 LFs");
});

t.test("more patterns than fit in memory are refused while counting, not after", async (t) => {
  const rows = 2 ** 18 + 1;
  const zeros = { codes: new Int32Array(rows), base: 3, lfs: 18 };
  const words = [
    { codes: Int32Array.from({ length: rows }, (_, row) => row), base: 3, lfs: 18 },
    ...new Array<CodeWord>(27).fill(zeros),
  ];
  t.throws(() => combinePatternCodes([...words, { ...zeros, lfs: 8 }], rows), { code: "FLM_TOO_LARGE" }, "512 LFs");
  t.equal(combinePatternCodes(words.slice(0, 1), rows).histogram.counts.length, rows, "18 LFs");
});

t.test("no rows make an empty histogram", async (t) => {
  const { histogram } = combinePatternCodes([{ codes: new Int32Array(0), base: 3, lfs: 2 }], 0);
  t.match(histogram, { lfCount: 2, labelCount: 2 });
  t.equal(histogram.counts.length, 0);
});

t.test("partitions add up to the whole, in the same order of patterns", async (t) => {
  fc.assert(
    fc.property(voteMatrices, fc.integer({ min: 0, max: 60 }), (matrix, cut) => {
      const { votes, lfCount } = matrix;
      const at = Math.min(cut, votes.length / lfCount) * lfCount;
      const parts = [votes.slice(0, at), votes.slice(at)].map(
        (part) => buildHistogram({ ...matrix, votes: part }).histogram,
      );
      t.strictSame(addHistograms(parts), buildHistogram(matrix).histogram);
    }),
    { numRuns: 100, seed: 4 },
  );
});

t.test("histograms of different LFs do not add up", async (t) => {
  const one = buildHistogram({ votes: Int8Array.of(0), lfCount: 1, labelCount: 2 }).histogram;
  const two = buildHistogram({ votes: Int8Array.of(0, 1), lfCount: 2, labelCount: 2 }).histogram;
  t.throws(() => addHistograms([one, two]), { code: "FLM_INTERNAL" });
  t.throws(() => addHistograms([]), { code: "FLM_INTERNAL" });
});

t.test("a split keeps pattern indices; splits add up; unknown truth is counted but not as a label", async (t) => {
  const matrix = { votes: Int8Array.of(0, -1, 1, 0, -1, 1), lfCount: 1, labelCount: 2 };
  const { histogram, patternOfRow } = buildHistogram(matrix);
  const truth = Int8Array.of(0, 1, -1, 1, 0, 1);
  const mask = Uint8Array.of(1, 0, 1, 0, 1, 0);
  const some = histogramOf(patternOfRow, histogram, mask, truth);
  t.strictSame([...some.counts], [1, 1, 1]);
  t.strictSame([...some.truthCounts], [1, 0, 1, 0, 0, 0]);
  const rest = histogramOf(
    patternOfRow,
    histogram,
    mask.map((bit) => 1 - bit),
    truth,
  );
  const all = histogramOf(patternOfRow, histogram, undefined, truth);
  t.strictSame(
    all.counts,
    some.counts.map((count, pattern) => count + rest.counts[pattern]!),
  );
  t.strictSame(all.counts, histogram.counts);
});

t.test("pairwise counts from patterns are those of rows", async (t) => {
  fc.assert(
    fc.property(voteMatrices, (matrix) => {
      const { votes, lfCount: m, labelCount: k } = matrix;
      const expected = new Float64Array((m * k) ** 2);
      for (let row = 0; row < votes.length; row += m) {
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < m; j++) {
            const [a, b] = [votes[row + i]!, votes[row + j]!];
            if (a >= 0 && b >= 0) expected[(i * k + a) * m * k + j * k + b]! += 1;
          }
        }
      }
      t.strictSame(countPairs(buildHistogram(matrix).histogram).counts, expected);
    }),
    { numRuns: 50, seed: 5 },
  );
});
