import { SeededRandom } from "@flamenco/sandbox/preprocess";
import { Bootstrap, differenceOf, f1Of, injectNoise, macroF1, meanF1OverUnits } from "@flamenco/sandbox/reproduce";
import t from "tap";

const rows = {
  truth: Int8Array.of(0, 0, 0, 1, 1, 1, 1, 0),
  labelCount: 2,
  unitOfRow: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
  units: 2,
};
const predicted = Int8Array.of(0, 0, 1, 1, 1, 0, -1, 0);
const once = new Float64Array(8).fill(1);

t.test("F1 counts a row without a prediction as a miss, and weights as rows", async (t) => {
  // Of label 0: 3 hits, 4 predicted, 4 true. Of label 1: 2 hits, 3 predicted, 4 true.
  t.equal(f1Of(0)(predicted, rows, once), 6 / 8);
  t.equal(f1Of(1)(predicted, rows, once), 4 / 7);
  t.equal(macroF1(predicted, rows, once), (6 / 8 + 4 / 7) / 2);
  const firstUnit = Float64Array.from(rows.unitOfRow, (unit) => (unit === 0 ? 2 : 0));
  t.equal(f1Of(0)(predicted, rows, firstUnit), 4 / 5, "two copies of the first four rows");
  t.ok(Number.isNaN(f1Of(1)(new Int8Array(8), { ...rows, truth: new Int8Array(8) }, once)));
});

t.test("the mean over series weighs each alike, and leaves out those without the label", async (t) => {
  // Label 0 in unit 0: 2 hits of 2 and 3; in unit 1: 1 hit of 2 and 1.
  t.equal(meanF1OverUnits(0)(predicted, rows, once), (4 / 5 + 2 / 3) / 2);
  const lacking = { ...rows, truth: Int8Array.of(0, 0, 0, 1, 1, 1, 1, 1) };
  const never = Int8Array.of(0, 0, 1, 1, 1, 1, 1, 1);
  t.equal(meanF1OverUnits(0)(never, lacking, once), 4 / 5, "the second series is neither 0 nor called so");
});

t.test("predictions differ where either says something else or nothing", async (t) => {
  t.equal(differenceOf(predicted, rows.truth), 3 / 8);
  t.equal(differenceOf(predicted, predicted), 0);
});

/** 40 series of 10 rows; a predictor that is right in a share of whole series. */
function seriesWith(share: number) {
  const random = new SeededRandom(3);
  const truth = Int8Array.from({ length: 400 }, (_, row) => row % 2);
  const unitOfRow = Int32Array.from({ length: 400 }, (_, row) => Math.floor(row / 10));
  const right = Array.from({ length: 40 }, () => random.nextFloat() < share);
  return {
    rows: { truth, labelCount: 2, unitOfRow, units: 40 },
    predicted: truth.map((label, row) => (right[unitOfRow[row]!] ? label : 1 - label)),
  };
}

t.test("intervals come from whole series: rows alone would make them too narrow", async (t) => {
  const { rows: bySeries, predicted: labels } = seriesWith(0.7);
  const byRow = { ...bySeries, unitOfRow: Int32Array.from({ length: 400 }, (_, row) => row), units: 400 };
  const wide = new Bootstrap(bySeries, { seed: 1, resamples: 300 }).score(labels, macroF1);
  const narrow = new Bootstrap(byRow, { seed: 1, resamples: 300 }).score(labels, macroF1);
  t.equal(wide.value, narrow.value);
  const width = (interval: readonly [number, number] | null) => interval![1] - interval![0];
  t.ok(width(wide.interval) > 2 * width(narrow.interval), "ten dependent rows are one observation");
  t.strictSame(new Bootstrap(bySeries, { seed: 1, resamples: 300 }).score(labels, macroF1), wide, "seeded");
  const few = (seed: number) => new Bootstrap(bySeries, { seed, resamples: 7 }).score(labels, macroF1).interval;
  t.notSame(few(2), few(1));
});

t.test("a lead is paired: two predictors that err alike have no interval between them", async (t) => {
  const { rows: bySeries, predicted: labels } = seriesWith(0.7);
  const bootstrap = new Bootstrap(bySeries, { seed: 1, resamples: 100 });
  t.strictSame(bootstrap.compare(labels, labels, macroF1), { value: 0, interval: [0, 0] });
  const lead = bootstrap.compare(bySeries.truth, labels, macroF1);
  t.ok(lead.interval![0] > 0, "the truth is ahead in every draw");
});

t.test("one series has no interval, and a score that is not defined no value", async (t) => {
  const one = new Bootstrap({ ...rows, unitOfRow: new Int32Array(8), units: 1 }, { seed: 1, resamples: 50 });
  t.strictSame(one.score(predicted, f1Of(0)), { value: 0.75, interval: null });
  const none = new Bootstrap({ ...rows, truth: new Int8Array(8) }, { seed: 1, resamples: 50 });
  t.strictSame(none.score(new Int8Array(8), f1Of(1)), { value: null, interval: null });
});

t.test("noise only adds delay, within its bounds, at the share of places that was asked for", async (t) => {
  const random = new SeededRandom(5);
  const measured = Float64Array.from({ length: 4000 }, (_, row) => (row % 3 === 0 ? 40 : 20) + random.nextFloat());
  const { rttMs, noise, splits } = injectNoise(measured, 0.25, new SeededRandom(1));
  t.equal(splits.length, 1, "two modes");
  const share = noise.reduce((sum, one) => sum + one, 0) / noise.length;
  t.ok(share > 0.22 && share < 0.28, `${share}`);
  const added = rttMs.map((value, row) => value - measured[row]!);
  t.ok(added.every((delay, row) => (noise[row] === 1) === delay > 0));
  const range = 0.5;
  const delays = added.filter((delay) => delay > 0);
  t.ok(Math.min(...delays) > 0.9 * range && Math.max(...delays) < 11 * range);
  t.strictSame(injectNoise(measured, 0.25, new SeededRandom(1)).rttMs, rttMs, "seeded");
  const flat = injectNoise(new Float64Array(200).fill(9), 0.5, new SeededRandom(1));
  t.ok(flat.rttMs.some((value) => value > 9) && flat.rttMs.every(Number.isFinite), "values without a range");
});
