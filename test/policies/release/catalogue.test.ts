import { addHistogramNoise, deriveStatistics, planCatalogue, presetRules, ValueBins } from "@flamenco/policies/release";
import t from "tap";
import { counterBytes } from "./counter-bytes.js";

const ROWS = 100_000;
const rules = { ...presetRules.standard, rowsPerUnit: 1 };
const plan = planCatalogue(ROWS, rules);
const uniform = counterBytes("values")(ROWS * 4);
const draw = (row: number) => (new DataView(uniform.buffer, uniform.byteOffset).getUint32(row * 4) + 0.5) / 2 ** 32;
const release = (values: Float64Array, integers = false) =>
  deriveStatistics(addHistogramNoise(plan.bins.count(values), plan.noise, counterBytes("noise")), plan, integers);
const percentiles = ["p5", "p10", "p25", "p50", "p75", "p90", "p95"] as const;

t.test("every value has one bin, between its edges, in the order of values", async (t) => {
  const bins = new ValueBins(64);
  let last = -1;
  for (const value of [-1e300, -1e15, -12, -1, -1e-6, -1e-9, 0, 1e-9, 1e-6, 0.02, 1, 9.99, 10, 65_535, 1e14, 1e300]) {
    const bin = bins.binOf(value);
    t.ok(bin >= last && bin < bins.size, `${value}`);
    const [low, high] = bins.edgesOf(bin);
    const slack = Math.abs(value) * 1e-9;
    if (Math.abs(value) > 2e-6 && Math.abs(value) < 1e15) t.ok(low - slack <= value && value <= high + slack);
    last = bin;
  }
  t.equal(bins.binOf(Number.NaN), -1);
  t.equal(bins.binOf(0), bins.zero);
  t.equal(bins.binOf(Number.POSITIVE_INFINITY), bins.size - 1);
});

t.test(
  "percentiles of a hundred thousand rows miss their rank by less than half a percent at epsilon 0.1",
  async (t) => {
    for (const [name, spread] of [
      ["long-tailed", (u: number) => 1 / (1 - u * 0.999)],
      ["even", (u: number) => 120 * u],
      ["negative", (u: number) => -500 * u],
      ["both signs", (u: number) => 40 * (u - 0.5)],
    ] as const) {
      const values = Float64Array.from({ length: ROWS }, (_, row) => spread(draw(row)));
      const statistics = release(values);
      const sorted = values.slice().sort();
      let missed = 0;
      for (const percentile of percentiles) {
        const rank = sorted.filter((value) => value < statistics[percentile]!).length / ROWS;
        missed += Math.abs(rank - Number(percentile.slice(1)) / 100) / percentiles.length;
      }
      t.ok(missed < 0.005, `${name}: ${(100 * missed).toFixed(2)} %`);
    }
  },
);

t.test("mean and sd are those of the winsorised values", async (t) => {
  const values = Float64Array.from({ length: ROWS }, (_, row) => 100 + 50 * draw(row));
  const { mean, sd, count } = release(values);
  t.ok(Math.abs(mean! - 125) < 0.5, `mean ${mean}`);
  // Of an even spread the tenth at the ends moves inwards: 50 sqrt(0.9² / 12 + 2 * 0.05 * 0.45² - …) is about 14.2.
  t.ok(Math.abs(sd! - 14.2) < 0.4, `sd ${sd}`);
  t.ok(Math.abs(count! - ROWS) < 2000);
});

t.test("percentiles of whole numbers are whole: a threshold does not fall short of a common value", async (t) => {
  const values = Float64Array.from({ length: ROWS }, (_, row) => (draw(row) < 0.5 ? 6 : 17));
  const { p25, p75 } = release(values, true);
  t.equal(p25, 6);
  t.equal(p75, 17);
});

t.test("a column without values, and one of zeros", async (t) => {
  t.match(release(new Float64Array(0)), { count: null, mean: null, p50: null });
  t.match(release(new Float64Array(50).fill(3)), { p50: null }, "fifty rows are not told from noise");
  t.match(release(new Float64Array(ROWS)), { p5: 0, p50: 0, mean: 0, sd: 0 });
  const nothing = release(new Float64Array(ROWS).fill(Number.NaN));
  t.equal(nothing.count, null);
});
