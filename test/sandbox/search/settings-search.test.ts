import { FlamencoError } from "@flamenco/policies/errors";
import { evaluate, fitClassifier } from "@flamenco/sandbox/learning";
import { drawCandidates, FitPool, listGrid, searchSettings } from "@flamenco/sandbox/search";
import t from "tap";
import { allRows, data, request, scoring, withPool } from "./search-fixture.js";

t.test(
  "a search scores each candidate on each fold as one would by hand, whatever the number of threads",
  async (t) => {
    const [one, many] = [
      await withPool(1, (pool) => searchSettings(pool, request)),
      await withPool(3, (pool) => searchSettings(pool, request)),
    ];
    t.equal(JSON.stringify(one), JSON.stringify(many));
    for (const [index, { spec }] of request.candidates.entries()) {
      const scores: number[] = [];
      for (const { train, test } of request.folds) {
        const classifier = await fitClassifier(spec, data.samples, data.labels, train, { seed: request.seed });
        const truth = Array.from(test, (row) => scoring.truth[row]!);
        const probabilities = classifier.predict(data.samples, test);
        scores.push(evaluate(probabilities, truth, { labels: scoring.labels, seed: 1, resamples: 0 }).macroF1.value!);
      }
      const mean = scores.reduce((sum, score) => sum + score, 0) / 3;
      const sd = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 2);
      t.match(one.candidates[index], { scores, mean, sd, failure: null });
    }
    const means = one.candidates.map(({ mean }) => mean!);
    t.equal(one.best, means.indexOf(Math.max(...means)));
    t.ok(Math.max(...means) > 0.75 && new Set(means).size > 1, "and there was something to choose");
  },
);

t.test("every metric can be searched by, and progress is told", async (t) => {
  const candidates = request.candidates.slice(0, 2);
  await withPool(1, async (pool) => {
    for (const metric of ["positiveF1", "rocAuc", "accuracy"] as const) {
      const told: number[][] = [];
      const { candidates: results } = await searchSettings(pool, {
        ...request,
        candidates,
        scoring: { ...scoring, metric },
        onFit: (finished, total) => told.push([finished, total]),
      });
      t.ok(results.every(({ mean }) => mean !== null && mean > 0.5 && mean <= 1));
      t.same(
        told.map(([finished]) => finished),
        [1, 2, 3, 4, 5, 6],
      );
      t.ok(told.every(([, total]) => total === 6));
    }
  });
});

t.test(
  "a candidate that cannot be fitted is told with its reason; when none can, the search fails with it",
  async (t) => {
    const candidates = listGrid({ fixed: { model: "tree" }, vary: { classWeights: [[1, 1, 1], "balanced"] } });
    const { candidates: results, best } = await withPool(1, (pool) => searchSettings(pool, { ...request, candidates }));
    t.match(results[0], { mean: null, sd: null, scores: [null, null, null], failure: { code: "FLM_USAGE" } });
    t.equal(best, 1);
    await t.rejects(
      withPool(1, (pool) => searchSettings(pool, { ...request, candidates: candidates.slice(0, 1) })),
      { code: "FLM_USAGE", message: /No candidate could be fitted.*class weights/ },
    );
  },
);

t.test("an interrupted search ends at once with the signal's reason, its threads with it", async (t) => {
  const controller = new AbortController();
  const candidates = drawCandidates({ fixed: { model: "forest", trees: 2000 }, vary: { leafRows: [1, 2, 3] } }, 3, 1);
  const reason = new FlamencoError("FLM_INTERRUPTED", "stopped");
  const search = withPool(1, (pool) => searchSettings(pool, { ...request, candidates }), controller.signal);
  setTimeout(() => controller.abort(reason), 100);
  const start = performance.now();
  await t.rejects(search, { code: "FLM_INTERRUPTED", message: "stopped" });
  t.ok(performance.now() - start < 5_000);
  await t.rejects(
    withPool(1, (pool) => searchSettings(pool, request), controller.signal),
    { code: "FLM_INTERRUPTED" },
    "nor does it begin",
  );
});

t.test("a thread answers failures with their code, and goes on", async (t) => {
  await withPool(1, async (pool) => {
    const predict = allRows;
    const benign = allRows.filter((row) => scoring.truth[row] === 0);
    await t.rejects(pool.fit({ spec: { model: "tree" }, train: benign, predict, seed: 1 }), {
      code: "FLM_LEARN_ONE_CLASS",
    });
    const shares: number[] = [];
    const fit = await pool.fit({ spec: { model: "tree", depth: 1 }, train: allRows, predict, seed: 1 }, (share) =>
      shares.push(share),
    );
    t.equal(fit.probabilities.length, 240);
    t.match(fit, { backend: "own", parameters: { depth: 1 } });
    t.ok(shares.every((share) => share >= 0 && share <= 1));
  });
});

t.test("a thread that runs out of memory takes its fit with it, not the process", async (t) => {
  const pool = new FitPool(data, { threads: 1, heapMegabytes: 4, signal: new AbortController().signal });
  const message = /more than 4 MB of heap/;
  try {
    const task = { spec: { model: "tree" }, train: allRows, predict: allRows, seed: 1 } as const;
    const fits = await Promise.allSettled([pool.fit(task), pool.fit(task)]);
    for (const fit of fits) t.match(fit, { status: "rejected", reason: { code: "FLM_TOO_LARGE", message } });
    const candidates = request.candidates.slice(0, 1);
    await t.rejects(searchSettings(pool, { ...request, candidates }), { code: "FLM_TOO_LARGE", message });
  } finally {
    await pool.close();
  }
});
