import {
  composeMicroRho,
  describeRelease,
  epsilonOf,
  estimateRelease,
  findRemedies,
  listSwamped,
  planCatalogue,
  planRelease,
  presetRules,
  publicRows,
  type ReleaseRequest,
  showCount,
  squaredSensitivityOfVotes,
  supportThreshold,
} from "@flamenco/policies/release";
import t from "tap";

const rules = presetRules.standard;
const request: ReleaseRequest = {
  rows: 200_000,
  trainingRows: 120_000,
  testRows: 40_000,
  lfs: 10,
  labels: 2,
  outputs: ["analysis", "labelModel", "metrics", "tree"],
};

t.test("the sensitivity of a vote table is that of the specification", async (t) => {
  t.equal(squaredSensitivityOfVotes(10, 4, 1), 20);
  t.equal(squaredSensitivityOfVotes(10, 10, 1), 65, "without a cap: twice the singles, and all pairs");
  t.equal(squaredSensitivityOfVotes(10, 4, 3), 180);
  t.equal(squaredSensitivityOfVotes(2, 4, 1), 5, "a cap above the LFs is none");
});

t.test("the parts of a price add up to no more than was asked for", async (t) => {
  for (const epsilon of [0.05, 0.1, 0.3, 0.5]) {
    for (const rows of [1000, 200_000, 2 ** 40]) {
      const plan = estimateRelease({ ...request, rows, epsilon }, rules);
      const { rows: count, votes, confusion, leaves } = plan.parts;
      t.equal(plan.microRho, composeMicroRho([count, votes, confusion!, leaves!].map(({ microRho }) => microRho)));
      t.ok(plan.epsilonSpent <= epsilon, `${plan.epsilonSpent} of ${epsilon}`);
      t.ok(leaves!.tables * Math.ceil(leaves!.microEpsilon ** 2 / 2e6) <= leaves!.microRho, "the leaves are paid for");
    }
  }
});

t.test("noise has the size that its price pays for", async (t) => {
  const { parts, delta } = estimateRelease(request, rules);
  const { votes } = parts;
  t.equal(votes.squaredSensitivity, 16 * 20);
  t.ok(Math.abs(votes.sigma ** 2 - (votes.squaredSensitivity * 1e6) / (2 * votes.microRho)) < 1e-6);
  t.ok(epsilonOf(votes.microRho, delta) < 0.5);
  t.equal(parts.confusion!.sensitivity, 4);
  t.equal(estimateRelease({ ...request, outputs: ["labelModel"] }, rules).parts.confusion, null);
});

t.test("a request out of range is refused, with the range", async (t) => {
  for (const epsilon of [-1, 0, 0.01, Number.NaN, "0.2", 1e300, 0.6] as number[]) {
    t.throws(() => planRelease({ ...request, epsilon }, rules), {
      code: "FLM_RELEASE_RANGE",
      message: "epsilon must be a number from 0.05 to 0.5.",
    });
  }
  for (const change of [
    { rows: 0 },
    { lfs: 0 },
    { lfs: 513 },
    { labels: 1 },
    { trainingRows: 1.5 },
    { testRows: -1 },
  ]) {
    t.throws(() => planRelease({ ...request, ...change }, rules), { code: "FLM_RELEASE_RANGE" });
  }
  t.throws(() => planRelease({ ...request, lfs: 512, labels: 8 }, rules), { code: "FLM_TOO_LARGE" });
});

t.test("outputs that the rules do not allow, or that have no protected form, are refused", async (t) => {
  t.throws(() => planRelease({ ...request, outputs: ["combinations"] }, rules), {
    code: "FLM_RELEASE_OUTPUT",
    message: /combinations is not released; these are: analysis, labelModel, metrics, tree\.$/,
  });
  t.throws(() => planRelease({ ...request, outputs: ["tree"] }, presetRules.strict), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => planRelease({ ...request, outputs: [] }, rules), { code: "FLM_RELEASE_OUTPUT" });
  t.throws(() => planRelease({ ...request, outputs: ["exactTree"] }, rules), { code: "FLM_RELEASE_OUTPUT" });
});

t.test("a release that its noise would swamp is refused, and each remedy that is named would do", async (t) => {
  const small = { ...request, rows: 10_000, trainingRows: 6_000, testRows: 2_000 };
  t.throws(() => planRelease(small, rules), {
    code: "FLM_RELEASE_SWAMPED",
    message: /error of F1 .* Would do: \d+ rows, or an epsilon of [\d.]+/,
  });
  for (const size of [3_000, 7_000, 9_000, 10_000, 16_000, 23_000]) {
    const asked = { ...small, rows: size, trainingRows: size * 0.6, testRows: size * 0.2 };
    const { rows } = findRemedies(asked, rules);
    const grown = { ...small, rows: rows!, trainingRows: rows! * 0.6, testRows: rows! * 0.2 };
    t.strictSame(listSwamped(estimateRelease(grown, rules)), [], `${rows} rows for ${size}`);
    t.ok(rows! < 60_000, `and not many more than needed: ${rows}`);
  }
  const { epsilon } = findRemedies(small, rules);
  const generous = { ...rules, epsilon: { ...rules.epsilon, release: 8 } };
  t.strictSame(listSwamped(estimateRelease({ ...small, epsilon: epsilon! }, generous)), []);
  t.not(
    listSwamped(estimateRelease({ ...small, epsilon: epsilon! * 0.9 }, generous)).length,
    0,
    "and hardly less would",
  );

  const many = { ...request, rows: 30_000, trainingRows: 18_000, lfs: 60, outputs: ["labelModel"] as const };
  const { lfs } = findRemedies(many, rules);
  t.ok(lfs !== null && lfs < 60 && listSwamped(estimateRelease({ ...many, lfs }, rules)).length === 0, `${lfs} LFs`);
});

t.test(
  "a release is planned from two digits of the number of rows, and from what metrics are measured on",
  async (t) => {
    const asked = { lfs: 10, labels: 2, outputs: ["metrics"] as const, hasTruth: true };
    t.same(describeRelease({ ...asked, rows: 123_456 }), {
      rows: 120_000,
      trainingRows: 72_000,
      testRows: 24_000,
      lfs: 10,
      labels: 2,
      outputs: ["metrics"],
    });
    t.match(describeRelease({ ...asked, rows: 100, hasTruth: false, epsilon: 0.2 }), {
      trainingRows: 60,
      testRows: 0,
      epsilon: 0.2,
    });
    for (const [rows, told] of [
      [9, 9],
      [10, 10],
      [99, 99],
      [100, 100],
      [1999, 1900],
      [1_234_567, 1_200_000],
    ] as const)
      t.equal(publicRows(rows), told);
    for (const rows of [0, -1, 1.5, Number.NaN, 1e300, "100" as never])
      t.throws(() => describeRelease({ ...asked, rows }), {
        code: "FLM_RELEASE_RANGE",
        message: /rows must be a .*number from 1 to/,
      });
  },
);

t.test("a plan follows from public numbers alone: the same for the same ones", async (t) => {
  t.strictSame(planRelease(request, rules), planRelease({ ...request }, rules));
});

t.test("a count is shown from minimum support and four standard deviations on", async (t) => {
  t.equal(supportThreshold(20, 10), 90);
  t.equal(showCount(90, 20, 10), 90);
  t.equal(showCount(89, 20, 10), null);
});

t.test("a column of the catalogue has the epsilon that the rules give to one", async (t) => {
  const { noise } = planCatalogue(100_000, rules);
  t.equal(noise.microEpsilon, 100_000);
  t.equal(noise.microRho, 5_000);
  t.ok(planCatalogue(1_000_000, rules).bins.perDecade > planCatalogue(1_000, rules).bins.perDecade);
  t.throws(() => planCatalogue(0, rules), { code: "FLM_RELEASE_RANGE" });
});
