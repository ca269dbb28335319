import { spawnSync } from "node:child_process";
import {
  detectModes,
  estimateDensity,
  SeededRandom,
  silvermanBandwidth,
  sortFinite,
} from "@flamenco/sandbox/preprocess";
import { median, round, time } from "./timing.js";

const VALUES = 1_000_000;
const SUBSAMPLE = 20_000;
const REPETITIONS = 5;

/**
 * Kernel density and modes of 1,000,000 generated RTTs (three modes, 2 % outliers), against scipy's sum over all values where scipy
 * is installed, else our own naive one; both on a subsample and at the same points, since the exact sum of all takes minutes.
 */
export function benchKde(): unknown {
  const values = drawRtts(VALUES);
  let sorted: Float64Array = new Float64Array(0);
  const sortSeconds = measure(() => {
    sorted = sortFinite(values);
  });
  const bandwidth = silvermanBandwidth(sorted);
  const densitySeconds = measure(() => estimateDensity(sorted, bandwidth));
  const modalitySeconds = measure(() => detectModes(values));
  return {
    values: VALUES,
    modes: detectModes(values).modes.length,
    gridPoints: estimateDensity(sorted, bandwidth).x.length,
    sortSeconds: round(sortSeconds),
    densitySeconds: round(densitySeconds),
    modalitySeconds: round(modalitySeconds),
    subsample: compareWithExactSum(sortFinite(values.slice(0, SUBSAMPLE))),
  };
}

const measure = (work: () => void): number => median(Array.from({ length: REPETITIONS }, () => time(work)));

function drawRtts(count: number): Float64Array {
  const random = new SeededRandom(21);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());
  const centers = [20, 32, 55];
  return Float64Array.from({ length: count }, () => {
    const far = random.nextFloat() < 0.02 ? Math.exp(3 + 2 * random.nextFloat()) : 0;
    return centers[random.nextBelow(3)]! + normal() + far;
  });
}

/** Seconds of the binned density and of an exact one at the same points, and their largest difference as a share of the highest point. */
function compareWithExactSum(sorted: Float64Array): unknown {
  const bandwidth = silvermanBandwidth(sorted);
  const { x, density } = estimateDensity(sorted, bandwidth);
  const ours = measure(() => estimateDensity(sorted, bandwidth));
  const exact = sumByScipy(sorted, bandwidth, x) ?? sumNaively(sorted, bandwidth, x);
  const highest = density.reduce((most, height) => Math.max(most, height), 0);
  const difference = exact.density.reduce(
    (most, height, point) => Math.max(most, Math.abs(height - density[point]!)),
    0,
  );
  return {
    values: sorted.length,
    points: x.length,
    against: exact.name,
    seconds: round(ours),
    exactSeconds: round(exact.seconds),
    timesFaster: round(exact.seconds / ours),
    largestDifference: Number((difference / highest).toPrecision(2)),
  };
}

interface ExactSum {
  readonly name: string;
  readonly seconds: number;
  readonly density: ArrayLike<number> & Pick<number[], "reduce">;
}

const SCRIPT = `
import sys, json, time
import numpy as np
from scipy.stats import gaussian_kde
task = json.load(sys.stdin)
values, x = np.array(task["values"]), np.array(task["x"])
start = time.perf_counter()
density = gaussian_kde(values, bw_method=task["bandwidth"] / values.std(ddof=1))(x)
print(json.dumps({"seconds": time.perf_counter() - start, "density": density.tolist()}))
`;

/** Null where Python or scipy is not installed. */
function sumByScipy(sorted: Float64Array, bandwidth: number, x: Float64Array): ExactSum | null {
  const input = JSON.stringify({ values: [...sorted], bandwidth, x: [...x] });
  const { status, stdout } = spawnSync("python3", ["-c", SCRIPT], { input, maxBuffer: 1 << 28, encoding: "utf8" });
  if (status !== 0) return null;
  return { name: "scipy.stats.gaussian_kde", ...(JSON.parse(stdout) as { seconds: number; density: number[] }) };
}

function sumNaively(sorted: Float64Array, bandwidth: number, x: Float64Array): ExactSum {
  let density: Float64Array = new Float64Array(0);
  const seconds = time(() => {
    density = x.map((at) => {
      let sum = 0;
      for (const value of sorted) sum += Math.exp(-0.5 * ((at - value) / bandwidth) ** 2);
      return sum / (sorted.length * bandwidth * Math.sqrt(2 * Math.PI));
    });
  });
  return { name: "naive sum", seconds, density: [...density] };
}
