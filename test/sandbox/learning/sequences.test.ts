import { buildSequences } from "@flamenco/sandbox/learning";
import t from "tap";

const columnOf = (...values: number[]) => new Map([["x", Float64Array.from(values)]]);
const sequenceOf = (samples: ReturnType<typeof buildSequences>, row: number) => {
  const width = samples.steps * samples.features.length;
  return [...samples.values.subarray(row * width, (row + 1) * width)];
};

t.test("a sequence is a row after those before it; the earliest is repeated where there are too few", async (t) => {
  const samples = buildSequences(columnOf(1, 2, 3, 4), null, null, 3);
  t.same([samples.rows, samples.steps, samples.features], [4, 3, ["x"]]);
  t.same(
    [0, 1, 2, 3].map((row) => sequenceOf(samples, row)),
    [
      [1, 1, 1],
      [1, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ],
  );
});

t.test("features of a step stand side by side, missing ones as they are", async (t) => {
  const columns = new Map([...columnOf(1, 2), ["y", Float64Array.of(Number.NaN, 20)] as const]);
  t.same(sequenceOf(buildSequences(columns, null, null, 2), 1), [1, Number.NaN, 2, 20]);
});

t.test("no sequence mixes segments, whatever the order of their rows", async (t) => {
  const samples = buildSequences(columnOf(1, 100, 2, 200, 3), Int32Array.of(0, 1, 0, 1, 0), null, 2);
  t.same(
    [0, 1, 2, 3, 4].map((row) => sequenceOf(samples, row)),
    [
      [1, 1],
      [100, 100],
      [1, 2],
      [100, 200],
      [2, 3],
    ],
  );
});

t.test("time orders rows, their place those of equal time; a row without a time stands alone", async (t) => {
  const times = Float64Array.of(5, 1, 5, Number.NaN, 2);
  const samples = buildSequences(columnOf(10, 11, 12, 13, 14), null, times, 2);
  t.same(
    [0, 1, 2, 3, 4].map((row) => sequenceOf(samples, row)),
    [
      [14, 10],
      [11, 11],
      [10, 12],
      [13, 13],
      [11, 14],
    ],
  );
});

t.test("infinite times order like others, and a following segment does not see rows without a time", async (t) => {
  const times = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1);
  const samples = buildSequences(columnOf(1, 2, 3, 4), Int32Array.of(0, 0, 0, 1), times, 2);
  t.same(
    [0, 1, 2, 3].map((row) => sequenceOf(samples, row)),
    [
      [1, 1],
      [3, 2],
      [3, 3],
      [4, 4],
    ],
  );
});

t.test("sequences of wanted rows alone are those of all rows", async (t) => {
  const [columns, segments] = [columnOf(1, 100, 2, 200, 3), Int32Array.of(0, 1, 0, 1, 0)];
  const all = buildSequences(columns, segments, null, 3);
  const some = buildSequences(columns, segments, null, 3, Int32Array.of(4, 1));
  t.equal(some.rows, 2);
  t.same([sequenceOf(some, 0), sequenceOf(some, 1)], [sequenceOf(all, 4), sequenceOf(all, 1)]);
});

t.test("more values than the ceiling are refused before memory is taken", async (t) => {
  t.throws(() => buildSequences(columnOf(...new Array(1000).fill(0)), null, null, 2 ** 20), { code: "FLM_TOO_LARGE" });
});
