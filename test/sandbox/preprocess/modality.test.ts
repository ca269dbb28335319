import {
  assignModes,
  detectModes,
  estimateDensity,
  SeededRandom,
  silvermanBandwidth,
  sortFinite,
} from "@flamenco/sandbox/preprocess";
import t from "tap";
import { drawMixture, drawNormal, type MixtureOptions } from "./mixtures.js";

const SEEDS = 200;
const LEAST_RIGHT = 0.95 * SEEDS;

const countRight = (modes: number, options?: MixtureOptions): number =>
  Array.from({ length: SEEDS }, (_, seed) => detectModes(drawMixture(modes, seed + 1, options)).modes.length).filter(
    (found) => found === modes,
  ).length;

t.test("the number of modes of generated mixtures is right in 95 % of 200 seeds", async (t) => {
  for (const modes of [1, 2, 3, 4]) {
    const right = countRight(modes);
    t.ok(right >= LEAST_RIGHT, `${modes} modes: ${right} of ${SEEDS}`);
  }
});

t.test("nor do more outliers, none, skewed modes or 200 values ruin it", async (t) => {
  const cases: MixtureOptions[] = [{ outliers: 0.05 }, { outliers: 0, values: 300 }, { skewed: true }, { values: 200 }];
  for (const options of cases) {
    for (const modes of [1, 2, 4]) {
      const right = countRight(modes, { values: 1000, ...options });
      t.ok(right >= LEAST_RIGHT, `${modes} modes, ${JSON.stringify(options)}: ${right}`);
    }
  }
});

t.test("one mode stays one, however long its tail or coarse its steps", async (t) => {
  const shapes: Record<string, (random: SeededRandom) => number> = {
    lognormal: (random) => Math.exp(drawNormal(random)),
    exponential: (random) => -Math.log(1 - random.nextFloat()),
    uniform: (random) => random.nextFloat(),
    cauchy: (random) => Math.tan(Math.PI * (random.nextFloat() - 0.5)),
    rounded: (random) => Math.round(3 * drawNormal(random) + 50),
    tens: (random) => 10 * Math.round(3 * drawNormal(random)),
  };
  for (const [name, draw] of Object.entries(shapes)) {
    let right = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new SeededRandom(seed);
      if (detectModes(Float64Array.from({ length: 500 }, () => draw(random))).modes.length === 1) right++;
    }
    t.ok(right >= LEAST_RIGHT, `${name}: ${right}`);
  }
});

t.test("many values on the marks of a ruler have no mode a mark", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new SeededRandom(seed);
    const rounded = Float64Array.from({ length: 20_000 }, () => 5 * Math.round(3 * drawNormal(random)));
    t.equal(detectModes(rounded).modes.length, 1, `seed ${seed}`);
  }
});

t.test("the density is the sum of the kernels, and its integral 1", async (t) => {
  const sorted = sortFinite(drawMixture(3, 7, { values: 300 }));
  const { x, density, bandwidth } = estimateDensity(sorted, 0.7);
  t.equal(bandwidth, 0.7);
  const exact = (at: number): number =>
    sorted.reduce((sum, value) => sum + Math.exp(-0.5 * ((at - value) / 0.7) ** 2), 0) /
    (sorted.length * 0.7 * Math.sqrt(2 * Math.PI));
  const highest = density.reduce((most, height) => Math.max(most, height));
  for (let point = 0; point < x.length; point += 7) {
    t.ok(Math.abs(density[point]! - exact(x[point]!)) < 0.002 * highest, `at ${x[point]}`);
  }
  const integral = density.reduce((sum, height) => sum + height, 0) * (0.7 / 8);
  t.ok(Math.abs(integral - 1) < 1e-3, String(integral));
});

t.test("Silverman's bandwidth of normal data", async (t) => {
  const random = new SeededRandom(3);
  const sorted = sortFinite(Float64Array.from({ length: 100_000 }, () => 5 * drawNormal(random)));
  t.ok(Math.abs(silvermanBandwidth(sorted) / (0.9 * 5 * 100_000 ** -0.2) - 1) < 0.03);
  t.equal(silvermanBandwidth(new Float64Array(9).fill(4)), 0);
});

t.test("values belong to modes, splits lie between them, and all are counted", async (t) => {
  const ring = Array.from({ length: 41 }, (_, place) => (place - 20) / 100);
  const values = Float64Array.from([
    ...ring.map((off) => 1 + off),
    ...ring.map((off) => 9 + off),
    Number.NaN,
    Infinity,
  ]);
  const { modes, splits, missing, infinite } = detectModes(values);
  t.match({ missing, infinite, length: modes.length }, { missing: 1, infinite: 1, length: 2 });
  t.match(modes, [
    { low: 0.8, high: 1.2, values: 41 },
    { low: 8.8, high: 9.2, values: 41 },
  ]);
  t.ok(splits.length === 1 && splits[0]! > 4 && splits[0]! < 6, "in the middle of the gap");
  t.strictSame([...assignModes(values, splits)], [...ring.map(() => 0), ...ring.map(() => 1), -1, -1]);
  t.strictSame([...assignModes(Float64Array.of(5, 4.9), [5])], [1, 0], "a value at a split belongs to the mode above");
});

t.test("a far value neither widens the grid nor moves the modes", async (t) => {
  const values = drawMixture(2, 5, { values: 2000, outliers: 0 });
  const near = detectModes(values);
  const far = detectModes(Float64Array.of(...values, 1e12));
  t.equal(far.modes.length, 2);
  t.ok(Math.abs(far.modes[0]!.at - near.modes[0]!.at) < 0.05);
  t.ok(far.curve!.x.length < near.curve!.x.length + 200);
});

t.test("a peak below the least height is none", async (t) => {
  const random = new SeededRandom(8);
  const values = Float64Array.from({ length: 5000 }, (_, row) => (row % 20 === 0 ? 20 : 0) + drawNormal(random));
  t.equal(detectModes(values).modes.length, 1, "5 % of the values, 5 % of the height");
  t.equal(detectModes(values, { minPeak: 0.02 }).modes.length, 2);
});

t.test("equal values have one mode and no curve; two modes of equal values have two", async (t) => {
  t.match(detectModes(new Float64Array(5).fill(7)), { modes: [{ at: 7, low: 7, high: 7, values: 5 }], curve: null });
  const two = Float64Array.from({ length: 200 }, (_, row) => (row < 120 ? 10 : 20));
  t.equal(detectModes(two).modes.length, 2);
  const mostlyEqual = Float64Array.from({ length: 400 }, (_, row) => (row < 300 ? 10 : 20 + row / 1000));
  t.equal(detectModes(mostlyEqual).modes.length, 2, "three quarters of the values are one");
});

t.test("too few values, and values that no distance can be taken of, are refused by code", async (t) => {
  t.throws(() => detectModes(new Float64Array(0)), { code: "FLM_TOO_FEW_VALUES" });
  t.throws(() => detectModes(Float64Array.of(1, Number.NaN)), { code: "FLM_TOO_FEW_VALUES" });
  t.throws(() => detectModes(Float64Array.of(-1.7e308, 1.7e308)), { code: "FLM_TOO_LARGE" });
  for (const extreme of [
    [0, 5e-324, 1e-323],
    [1e17, 1e17 + 16, 1e17 + 64],
    [-1e299, 0, 1e299],
  ]) {
    t.ok(detectModes(Float64Array.from(extreme)).modes.length >= 1, String(extreme));
  }
});

t.test("values spread so that a grid would not fit cost no more memory than the ceiling", async (t) => {
  // Half the values close together, half just within the reach of each other's kernels.
  const values = Float64Array.from({ length: 400_000 }, (_, row) => (row < 200_000 ? row / 1e6 : row));
  const { curve } = detectModes(values);
  t.ok(curve!.x.length <= 1_048_576);
});
