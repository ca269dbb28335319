import { SeededRandom, selectSplit, splitPresets, splitRows } from "@flamenco/sandbox/preprocess";
import fc from "fast-check";
import t from "tap";

const presets = Object.keys(splitPresets) as (keyof typeof splitPresets)[];
const sizesOf = (parts: Uint8Array) => [0, 1, 2].map((part) => parts.filter((value) => value === part).length);

t.test("100 rows are split 64/16/20, 65/25/10 and 55/20/25", async (t) => {
  for (const preset of presets)
    t.strictSame(sizesOf(splitRows({ rows: 100, seed: 1, preset })), [...splitPresets[preset]]);
});

t.test("every stratum, the unknown too, is split to within a row of its share", async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1, max: 2 }), { maxLength: 300 }),
      fc.constantFrom(...presets),
      fc.nat(),
      (labels, preset, seed) => {
        const truth = Int8Array.from(labels);
        const parts = splitRows({ rows: truth.length, truth, seed, preset });
        for (const label of new Set(labels)) {
          const members = parts.filter((_, row) => truth[row] === label);
          for (const [part, size] of sizesOf(members).entries()) {
            const share = (members.length * splitPresets[preset][part]!) / 100;
            if (Math.abs(size - share) >= 1) throw new Error(`${size} rows for a share of ${share}`);
          }
        }
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

t.test("the same seed gives the same split, another seed another", async (t) => {
  const split = (seed: number) => splitRows({ rows: 1000, seed, preset: "flow" });
  t.strictSame(split(5), split(5));
  t.notSame(split(5), split(6));
});

t.test("parts are spread over the rows, not cut from their order", async (t) => {
  const parts = splitRows({ rows: 10_000, seed: 3, preset: "flow" });
  const half = sizesOf(parts.slice(0, 5000));
  t.ok(Math.abs(half[2]! - 1000) < 120, `${half[2]} of 2000 test rows are in the first half`);
});

t.test("a mask selects one part; the three cover every row once", async (t) => {
  const parts = splitRows({ rows: 50, seed: 2, preset: "ark" });
  const masks = (["train", "validation", "test"] as const).map((name) => selectSplit(parts, name));
  t.ok(parts.every((part, row) => masks.every((mask, index) => mask[row] === (index === part ? 1 : 0))));
});

t.test("no rows, one row, truth too short", async (t) => {
  t.equal(splitRows({ rows: 0, seed: 1, preset: "flow" }).length, 0);
  t.strictSame(splitRows({ rows: 1, seed: 1, preset: "flow" }), Uint8Array.of(0), "a single row is for training");
  t.throws(() => splitRows({ rows: 2, truth: Int8Array.of(0), seed: 1, preset: "flow" }), { code: "FLM_INTERNAL" });
});

t.test("the generator is xoshiro128** 1.1 from a SplitMix64 seed", async (t) => {
  // From a second implementation, in Python, of the authors' C code.
  const random = new SeededRandom(42);
  t.strictSame(
    Array.from({ length: 5 }, () => random.nextUint32()),
    [1776835114, 4165204688, 17111135, 2317295270, 2792088233],
  );
});

t.test("numbers below a bound are equally frequent, shares of 1 stay below 1", async (t) => {
  const random = new SeededRandom(9);
  const counts = new Array<number>(6).fill(0);
  for (let draw = 0; draw < 60_000; draw++) counts[random.nextBelow(6)]! += 1;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  t.ok(chiSquare < 20.5, `chi-square with 5 degrees of freedom is ${chiSquare}`);
  const floats = Array.from({ length: 10_000 }, () => random.nextFloat());
  t.ok(floats.every((value) => value >= 0 && value < 1));
  t.ok(Math.abs(floats.reduce((sum, value) => sum + value, 0) / 10_000 - 0.5) < 0.02);
});
