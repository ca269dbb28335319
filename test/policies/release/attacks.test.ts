import {
  addHistogramNoise,
  deriveStatistics,
  estimateRelease,
  planCatalogue,
  presetRules,
  showCount,
} from "@flamenco/policies/release";
import type { DecisionTree, NoisyVoteTable, VoteTable } from "@flamenco/policies/wire";
import { buildSupportedChain } from "@flamenco/sandbox/explain";
import t from "tap";
import { advantageBound, countGuesses, osBytes, planOf, protect, SAMPLING, TRIALS, tableOf } from "./guessing.js";

const plan = planOf(1);
const crowd = Array.from({ length: 300 }, (_, row) => [row % 2, row % 3 === 0 ? 1 : -1, -1] as const);
const without = tableOf(crowd);
const target = [1, 1, 1] as const;
const pair = { without, with: tableOf([...crowd, target]) };
const allCells = ({ singles, chosen, pairs }: VoteTable | NoisyVoteTable) => [singles, chosen, pairs].flat(2);
const excess = allCells(pair.with).map((count, cell) => count - allCells(without)[cell]!);
/** What an optimal attacker sums: how far the cells that the target is in stand above what they are without it. */
const signalOf = (seen: NoisyVoteTable) =>
  allCells(seen).reduce((sum, count, cell) => sum + excess[cell]! * (count - allCells(without)[cell]!), 0);
const middle = excess.reduce((sum, change) => sum + change ** 2, 0) / 2;
const exactly = (table: VoteTable): NoisyVoteTable => ({
  ...table,
  schema: "flamenco-noisy-vote-table/1",
  sigma: 1,
  rowsSigma: 1,
});

/** A vote for an attack on one condition. */
const voteWhere = (condition: string): DecisionTree => ({
  nodes: [
    { type: "test", condition, fields: ["srcPort"], yes: 1, no: 2 },
    { type: "leaf", label: "attack" },
    { type: "leaf", label: null },
  ],
});

t.test("neighbouring datasets are told apart no better than epsilon and delta allow", async (t) => {
  const { hits, falseAlarms } = countGuesses(pair, protect(plan), (seen) => signalOf(seen) > middle);
  const limit = Math.exp(plan.epsilonSpent) * (falseAlarms + SAMPLING) + plan.delta;
  t.ok(hits - SAMPLING <= limit, `${hits} of at most ${limit.toFixed(3)}`);
  t.ok(hits - falseAlarms <= advantageBound(plan.microRho) + 2 * SAMPLING, "and no better than rho allows");
});

t.test("the same attack catches a mechanism that forgets how many cells a row is in", async (t) => {
  const { votes } = plan.parts;
  const forgetful = { ...plan, parts: { ...plan.parts, votes: { ...votes, squaredSensitivity: 1 } } };
  const limit = (falseAlarms: number) => falseAlarms + advantageBound(plan.microRho) + 2 * SAMPLING;
  const loose = countGuesses(pair, protect(forgetful), (seen) => signalOf(seen) > middle);
  t.ok(loose.hits > limit(loose.falseAlarms), `${loose.hits} against ${loose.falseAlarms} false alarms`);
  const rounding = countGuesses(pair, exactly, (seen) => signalOf(seen) > middle);
  t.strictSame(rounding, { falseAlarms: 0, hits: 1 }, "and exact counts give the target away");
});

t.test("differencing: subtracting two releases isolates nobody", async (t) => {
  // LF a votes on all rows, LF b on all but the target: exact counts differ by one if and only if the target is there.
  const all = crowd.map(() => [0, 0, -1] as const);
  const tables = { without: tableOf(all), with: tableOf([...all, [0, -1, -1]]) };
  const difference = ({ singles }: NoisyVoteTable) => singles[0]![0]! - singles[1]![0]!;
  t.strictSame(
    countGuesses(tables, exactly, (seen) => difference(seen) > 0.5),
    { falseAlarms: 0, hits: 1 },
  );
  const release = protect(plan);
  const twice = (table: VoteTable) => {
    const [first, second] = [release(table), release(table)];
    return { ...first, singles: [[difference(first) + difference(second)], [0]] };
  };
  const { hits, falseAlarms } = countGuesses(tables, twice, (seen) => difference(seen) > 1);
  t.ok(hits - falseAlarms <= advantageBound(2 * plan.microRho) + 2 * SAMPLING, `${hits} against ${falseAlarms}`);
});

t.test("tautologies: the same LF many times over, averaged, says no more than one", async (t) => {
  // Every LF votes on the target's port alone; the noise grew with their number.
  const tables = { without: tableOf([]), with: tableOf([[1, 1, 1]]) };
  const average = ({ singles, chosen }: NoisyVoteTable) =>
    [...singles, ...chosen].reduce((sum, [, count]) => sum + count!, 0) / 6;
  const { hits, falseAlarms } = countGuesses(tables, protect(plan), (seen) => average(seen) > 0.5);
  t.ok(hits - falseAlarms <= advantageBound(plan.microRho) + 2 * SAMPLING, `${hits} against ${falseAlarms}`);
});

t.test(
  "injected flows: a count that is put right below the threshold does not tell the target by flipping",
  async (t) => {
    const { sigma } = plan.parts.votes;
    const edge = Math.ceil(10 + 4 * sigma);
    const injected = Array.from({ length: edge - 1 }, () => [-1, -1, 1] as const);
    const tables = { without: tableOf(injected), with: tableOf([...injected, [-1, -1, 1]]) };
    const isShown = ({ singles }: NoisyVoteTable) => showCount(singles[2]![1]!, sigma, 10) !== null;
    t.strictSame(
      countGuesses(tables, exactly, isShown),
      { falseAlarms: 0, hits: 1 },
      "a threshold on exact counts flips",
    );
    const { hits, falseAlarms } = countGuesses(tables, protect(plan), isShown);
    t.ok(hits - falseAlarms <= advantageBound(plan.microRho) + 2 * SAMPLING, `${hits} against ${falseAlarms}`);
  },
);

t.test("threshold bisection: LFs with rising thresholds find a value no more often than epsilon allows", async (t) => {
  // The target's value is one of four; LF i votes where it is above the i-th threshold.
  const half = planOf(0.5);
  const found = (release: (table: VoteTable) => NoisyVoteTable) => {
    let right = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const value = trial % 4;
      const vote = (lf: number) => (value > lf ? 1 : -1);
      const { singles } = release(tableOf([[vote(0), vote(1), vote(2)]]));
      const likelihoods = [0, 1, 2, 3].map((guess) =>
        singles.reduce((sum, [, count], lf) => sum - (count! - (guess > lf ? 1 : 0)) ** 2, 0),
      );
      if (likelihoods.indexOf(Math.max(...likelihoods)) === value) right++;
    }
    return right / TRIALS;
  };
  t.equal(found(exactly), 1, "exact counts bisect");
  const share = found(protect(half));
  t.ok(share <= Math.exp(half.epsilonSpent) / 4 + half.delta + SAMPLING, `${share} found`);
  // Guessing blindly finds a quarter; the row of value 0 votes nowhere, so that each other one is its neighbour.
  t.ok(share <= 1 / 4 + advantageBound(half.microRho) + SAMPLING, `${share} found, and no more than rho allows`);
});

t.test(
  "one-row tree leaves: a leaf that only the target reaches is merged, and shows no sooner for the target",
  async (t) => {
    const request = { rows: 100_000, trainingRows: 60_000, testRows: 20_000, lfs: 2, labels: 2 };
    const rules = { ...presetRules.standard, rowsPerUnit: 1 };
    const { leaves } = estimateRelease({ ...request, outputs: ["tree"] }, rules).parts;
    const lfs = ["crowd", "target"].map((name) => ({ name, decision: voteWhere(`is ${name}`) }));
    /** Share of releases whose tree tells that somebody is where the second function votes. */
    const betrayed = (rows: number) => {
      let times = 0;
      for (let trial = 0; trial < TRIALS; trial++) {
        const counts = addHistogramNoise([0, 50_000, 0, rows, 30_000], leaves!, osBytes);
        const { tree } = buildSupportedChain(
          { lfs, order: [0, 1], labels: ["benign", "attack"] },
          { counts, sigma: leaves!.sigma },
          (noisy, sigma) => showCount(noisy, sigma, rules.minimumSupportRows),
        );
        if (tree.nodes.some(({ lf }) => lf === "target")) times++;
      }
      return times / TRIALS;
    };
    // Four standard deviations of two-sided geometric noise: exp(-4 √2)/2.
    const tail = Math.exp(-4 * Math.SQRT2) / 2;
    const sampling = 4.75 * Math.sqrt(tail / TRIALS);
    t.ok(betrayed(0) <= tail + sampling);
    t.ok(betrayed(1) <= tail * Math.exp(leaves!.microEpsilon / 1e6) + sampling);
    t.equal(betrayed(10_000), 1, "a leaf that many reach is there");
  },
);

t.test("leaves that are shown: one row more in a leaf is told no better than its epsilon allows", async (t) => {
  const request = { rows: 100_000, trainingRows: 60_000, testRows: 20_000, lfs: 3, labels: 2 };
  const { leaves } = estimateRelease(
    { ...request, outputs: ["tree"] },
    { ...presetRules.standard, rowsPerUnit: 1 },
  ).parts;
  const shareAbove = (rows: number) => {
    let above = 0;
    for (let trial = 0; trial < TRIALS; trial++) if (addHistogramNoise([rows], leaves!, osBytes)[0]! > 1000) above++;
    return above / TRIALS;
  };
  // Total variation under pure epsilon: (e^ε - 1)/(e^ε + 1).
  const bound = Math.tanh(leaves!.microEpsilon / 2e6);
  const [hits, falseAlarms] = [shareAbove(1001), shareAbove(1000)];
  t.ok(hits - falseAlarms <= bound + 2 * SAMPLING, `${hits} against ${falseAlarms}, bound ${bound}`);
});

t.test("one row of 2^40 bytes does not move the catalogue", async (t) => {
  const catalogue = planCatalogue(20_000, { ...presetRules.standard, rowsPerUnit: 1 });
  const values = Float64Array.from({ length: 20_000 }, (_, row) => 40 + (row % 1400));
  const counts = catalogue.bins.count(values);
  const before = deriveStatistics([...counts], catalogue);
  catalogue.bins.count([2 ** 40], counts);
  const after = deriveStatistics([...counts], catalogue);
  for (const name of ["mean", "sd", "p5", "p50", "p95"] as const) {
    t.ok(Math.abs(after[name]! / before[name]! - 1) < 0.001, name);
  }
});
