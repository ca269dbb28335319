import {
  composeMicroRho,
  deltaOf,
  epsilonOf,
  microEpsilonOfPure,
  microRhoFor,
  microRhoOfPure,
} from "@flamenco/policies/release";
import t from "tap";

/** Proposition 12 of Canonne, Kamath & Steinke 2020, read the other way: δ of a loss at ε, by trying many orders. */
function deltaAt(rho: number, epsilon: number): number {
  let least = 1;
  for (let log = -6; log < 14; log += 0.0005) {
    const alpha = 1 + Math.exp(log);
    const bound = (alpha - 1) * (alpha * rho - epsilon) - Math.log(alpha - 1) + alpha * Math.log1p(-1 / alpha);
    least = Math.min(least, Math.exp(bound));
  }
  return least;
}

t.test("epsilon of a loss keeps its delta, and a hundredth less does not", async (t) => {
  for (const [microRho, delta] of [
    [24_355, 1e-6],
    [6_641, 1e-6],
    [500_000, 1e-8],
    [200, 1e-7],
  ] as const) {
    const epsilon = epsilonOf(microRho, delta);
    t.ok(deltaAt(microRho / 1e6, epsilon) <= delta * 1.0001, `${microRho}: promised`);
    t.ok(deltaAt(microRho / 1e6, epsilon * 0.99) > delta, `${microRho}: tight`);
    t.ok(
      epsilon < microRho / 1e6 + 2 * Math.sqrt((microRho / 1e6) * Math.log(1 / delta)),
      "better than the simple bound",
    );
  }
});

t.test("the loss that an epsilon buys is rounded down: the promise holds to the last micro-rho", async (t) => {
  for (const epsilon of [0.05, 0.1, 0.25, 0.5, 1, 4, 8, 64]) {
    const microRho = microRhoFor(epsilon, 1e-6);
    t.ok(epsilonOf(microRho, 1e-6) <= epsilon && epsilonOf(microRho + 1, 1e-6) > epsilon, `epsilon ${epsilon}`);
  }
  t.equal(microRhoFor(1, 1e-6), 24_355);
});

t.test("losses add up exactly; pure epsilons are rounded up when charged and down when bought", async (t) => {
  t.equal(composeMicroRho([1, 2, 3_000_000]), 3_000_003);
  t.equal(microRhoOfPure(100_000), 5_000);
  t.equal(microRhoOfPure(1), 1, "no loss is free");
  for (const microRho of [1, 7, 5_000, 123_457]) {
    const microEpsilon = microEpsilonOfPure(microRho);
    t.ok(microRhoOfPure(microEpsilon) <= microRho && microRhoOfPure(microEpsilon + 1) > microRho);
  }
});

t.test("delta falls with the rows", async (t) => {
  t.equal(deltaOf(1000), 1e-6);
  t.equal(deltaOf(1_000_000), 1e-7);
});

t.test("numbers that are none are refused, with the range", async (t) => {
  for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null] as number[]) {
    t.throws(() => epsilonOf(bad, 1e-6), { code: "FLM_RELEASE_RANGE", message: /from 0 to/ });
    t.throws(() => composeMicroRho([1, bad]), { code: "FLM_RELEASE_RANGE" });
  }
  for (const bad of [0, -1, 1, Number.NaN]) t.throws(() => epsilonOf(5, bad), { code: "FLM_RELEASE_RANGE" });
});
