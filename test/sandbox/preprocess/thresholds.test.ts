import { calculateThresholds, SeededRandom, type Threshold, type ThresholdMethod } from "@flamenco/sandbox/preprocess";
import t from "tap";
import { drawNormal } from "./mixtures.js";

const values = Float64Array.of(10, 11, 11, 12, 12, 12, 13, 13, 14, 15, 16, 40);

function only(method: ThresholdMethod, of: Float64Array = values): Threshold {
  return calculateThresholds(of, [method])[0]!;
}

t.test("thresholds are those of numpy on the same values", async (t) => {
  t.match(only("tukey"), { low: 8, high: 18, below: 0, above: 1 });
  const sd = only("sd");
  t.ok(Math.abs(sd.low! - -9.336261928753421) < 1e-12 && Math.abs(sd.high! - 39.16959526208675) < 1e-12);
  const mad = only("mad");
  t.ok(Math.abs(mad.low! - 5.8283) < 1e-12 && Math.abs(mad.high! - 19.1717) < 1e-12);
  t.equal(mad.above, 1);
});

t.test("the knee lies where the tail begins", async (t) => {
  const random = new SeededRandom(2);
  const tailed = Float64Array.from({ length: 4000 }, (_, row) =>
    row < 3800 ? 50 + drawNormal(random) : 60 + 100 * random.nextFloat(),
  );
  const { high } = only("knee", tailed);
  t.ok(high! > 51 && high! < 56, String(high));
  const even = only(
    "knee",
    Float64Array.from({ length: 1000 }, () => random.nextFloat()),
  );
  t.ok(even.low === null && even.high === null, "evenly spread");
});

t.test("MAD and Tukey stand where outliers move the mean", async (t) => {
  const random = new SeededRandom(5);
  const noisy = Float64Array.from({ length: 1000 }, (_, row) => (row < 50 ? 5000 : 100 + drawNormal(random)));
  t.equal(only("mad", noisy).above, 50);
  t.equal(only("sd", noisy).high! > 3000, true);
  t.equal(calculateThresholds(noisy, ["mad"], { deviations: 6 })[0]!.above, 50);
});

t.test("no spread gives no thresholds, too few values a code, missing values nothing", async (t) => {
  for (const threshold of calculateThresholds(new Float64Array(9).fill(3))) {
    t.match(threshold, { low: null, high: null, below: 0, above: 0 });
  }
  t.throws(() => calculateThresholds(Float64Array.of(1, 2, 3, Number.NaN)), { code: "FLM_TOO_FEW_VALUES" });
  t.match(only("tukey", Float64Array.of(...values, Number.NaN, Infinity)), { low: 8, high: 18 });
});
