import { randomBytes } from "node:crypto";
import { drawGaussianNoise, drawGeometricNoise, RandomBits } from "@flamenco/policies/release";
import t from "tap";
import { gaussianShares, geometricShares, isPlausible, misfitOf } from "./chi-square.js";
import { counterBytes } from "./counter-bytes.js";

const DRAWS = 60_000;
const draw = (next: () => bigint): bigint[] => Array.from({ length: DRAWS }, next);

t.test("geometric noise has exactly its distribution, for whole and broken scales", async (t) => {
  for (const [numerator, denominator] of [
    [1n, 2n],
    [1n, 1n],
    [3n, 1n],
    [45n, 2n],
  ] as const) {
    const random = new RandomBits(counterBytes(`geometric ${numerator}/${denominator}`));
    const draws = draw(() => drawGeometricNoise({ numerator, denominator }, random));
    const misfit = misfitOf(draws, geometricShares(Number(numerator) / Number(denominator)), 400);
    t.ok(isPlausible(misfit), `scale ${numerator}/${denominator}: ${misfit.toFixed(2)}`);
  }
});

t.test("Gaussian noise has exactly its distribution, for small, large and broken variances", async (t) => {
  for (const [numerator, denominator] of [
    [1n, 4n],
    [1n, 1n],
    [9n, 1n],
    [20_000_000n, 48_710n],
  ] as const) {
    const random = new RandomBits(counterBytes(`gaussian ${numerator}/${denominator}`));
    const draws = draw(() => drawGaussianNoise({ numerator, denominator }, random));
    const misfit = misfitOf(draws, gaussianShares(Number(numerator) / Number(denominator)), 300);
    t.ok(isPlausible(misfit), `variance ${numerator}/${denominator}: ${misfit.toFixed(2)}`);
  }
});

t.test("bytes of the operating system give the same distribution", async (t) => {
  const random = new RandomBits((count) => randomBytes(count));
  const draws = draw(() => drawGaussianNoise({ numerator: 25n, denominator: 1n }, random));
  t.ok(isPlausible(misfitOf(draws, gaussianShares(25), 100)));
});

t.test("the test itself tells a continuous Gaussian that is rounded, and a variance that is 5 % off", async (t) => {
  const random = new RandomBits(counterBytes("wrong"));
  const uniform = () => (random.nextBelow(2 ** 40) + 0.5) / 2 ** 40;
  const rounded = draw(() =>
    BigInt(Math.round(0.5 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()))),
  );
  t.notOk(isPlausible(misfitOf(rounded, gaussianShares(0.25), 20)));
  const wide = draw(() => drawGaussianNoise({ numerator: 105n, denominator: 4n }, random));
  t.notOk(isPlausible(misfitOf(wide, gaussianShares(25), 100)));
});

t.test("every integer is reached from every count: no output betrays which", async (t) => {
  const random = new RandomBits(counterBytes("support"));
  const from = (count: bigint) =>
    new Set(Array.from({ length: 5000 }, () => drawGeometricNoise({ numerator: 2n, denominator: 1n }, random) + count));
  const [zero, one] = [from(0n), from(1n)];
  for (let value = -6n; value <= 7n; value++) t.ok(zero.has(value) && one.has(value), `${value}`);
});

t.test("uniform integers have no modulo bias", async (t) => {
  const random = new RandomBits(counterBytes("below"));
  // Of 256 values modulo 192 the first 64 would come twice as often.
  const counts = new Array<number>(192).fill(0);
  for (let index = 0; index < 96_000; index++) counts[random.nextBelow(192)]!++;
  const statistic = counts.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
  t.ok(statistic < 191 + 5 * Math.sqrt(2 * 191), `chi-square ${statistic.toFixed(0)} of 191 degrees`);
  t.equal(random.nextBelow(1), 0);
  const large = 3n ** 60n;
  for (let index = 0; index < 50; index++) t.ok(random.nextBigBelow(large) < large);
});
