import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestSearch, FitPool, SearchJournal, type SearchRequest, searchSettings } from "@flamenco/sandbox/search";
import t from "tap";
import { data, request, scoring, withPool } from "./search-fixture.js";

const digestOf = ({ folds, candidates, scoring, seed }: SearchRequest, own = data) =>
  digestSearch(own, folds, candidates, scoring, seed);
const digest = digestOf(request);
let made = 0;
const newPath = () => {
  made += 1;
  return join(t.testdirName, `${made}.journal`);
};
t.testdir();

const shared = new FitPool(data, { threads: 1, signal: new AbortController().signal });
t.teardown(() => shared.close());

async function search(path: string, pool = shared, onFit?: SearchRequest["onFit"]) {
  const journal = new SearchJournal(path, digest);
  try {
    return await searchSettings(pool, { ...request, journal, ...(onFit === undefined ? {} : { onFit }) });
  } finally {
    journal.close();
  }
}

t.test("an interrupted search goes on where it was, and gives the same bytes", async (t) => {
  const path = newPath();
  const controller = new AbortController();
  const stopAtFive = (finished: number) => {
    if (finished === 5) controller.abort(new Error("stop"));
  };
  await t.rejects(withPool(2, (pool) => search(path, pool, stopAtFive), controller.signal));
  const kept = readFileSync(path, "utf8").split("\n").length - 2;
  t.ok(kept >= 5 && kept < 12, `${kept} of 12 fits`);
  const told: number[] = [];
  const { resumedFits, ...resumed } = await search(path, shared, (finished) => told.push(finished));
  t.equal(resumedFits, kept);
  t.equal(told[0], kept + 1, "nothing is fitted twice");
  const { resumedFits: none, ...whole } = await search(newPath());
  t.equal(none, 0);
  t.equal(JSON.stringify(resumed), JSON.stringify(whole));
  t.equal((await search(path)).resumedFits, 12, "a finished search is read from its journal");
});

t.test("a line that a crash cut short is dropped", async (t) => {
  const path = newPath();
  const whole = await search(path);
  const text = readFileSync(path, "utf8");
  for (const cut of [text.length - 1, text.indexOf("\n") + 5, 30]) {
    writeFileSync(path, text.slice(0, cut));
    const { candidates, best } = await search(path);
    t.equal(JSON.stringify({ candidates, best }), JSON.stringify({ candidates: whole.candidates, best: whole.best }));
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    t.same(lines.sort(), text.trimEnd().split("\n").sort(), `cut at ${cut}`);
  }
});

t.test("the journal of other data or settings is refused, and left as it was", async (t) => {
  const path = newPath();
  await search(path);
  const text = readFileSync(path, "utf8");
  const otherValues = { ...data, samples: { ...data.samples, values: data.samples.values.map((value) => value * 2) } };
  const otherWeights = {
    ...data,
    labels: { ...data.labels, weights: data.labels.weights.map((weight) => 1 - weight) },
  };
  const others = {
    data: digestOf(request, otherValues),
    labels: digestOf(request, otherWeights),
    seed: digestOf({ ...request, seed: 10 }),
    metric: digestOf({ ...request, scoring: { ...scoring, metric: "accuracy" } }),
    positive: digestOf({ ...request, scoring: { ...scoring, positive: 0 } }),
    candidates: digestOf({ ...request, candidates: request.candidates.slice(1) }),
    folds: digestOf({ ...request, folds: request.folds.slice(1) }),
  };
  t.equal(new Set([digest, ...Object.values(others)]).size, 8);
  for (const [name, other] of Object.entries(others)) {
    t.throws(() => new SearchJournal(path, other), { code: "FLM_LEARN_RESUME" }, name);
  }
  t.equal(readFileSync(path, "utf8"), text);
});

t.test("files that are no journal are refused, and left as they were", async (t) => {
  const path = newPath();
  const head = `{"schema":"flamenco-search/1","digest":"${digest}"}\n`;
  for (const text of [
    "my notes\n",
    "my notes",
    "\n",
    "{}\n",
    `${head}{"candidate":-1,"fold":0,"outcome":{"score":1}}\n`,
    `${head}{"candidate":0,"fold":0,"outcome":{"score":"1"}}\n`,
    `${head}{"candidate":0,"fold":0,"outcome":{}}\n`,
    `${head}\n`,
  ]) {
    writeFileSync(path, text);
    t.throws(() => new SearchJournal(path, digest), { code: "FLM_SCHEMA" }, JSON.stringify(text));
    t.equal(readFileSync(path, "utf8"), text);
  }
  t.throws(() => new SearchJournal(join(path, "below"), digest), { code: "FLM_FILE_UNREADABLE" });
});

t.test("entries beyond the search are of no use and no harm; of two for one fit the last counts", async (t) => {
  const path = newPath();
  new SearchJournal(path, digest).close();
  const entries = [
    { candidate: 99, fold: 0, outcome: { score: 1 } },
    { candidate: 0, fold: 99, outcome: { score: 1 } },
    { candidate: 0, fold: 0, outcome: { score: 0.25 } },
    { candidate: 0, fold: 0, outcome: { score: 0.125 } },
  ];
  for (const entry of entries) appendFileSync(path, `${JSON.stringify(entry)}\n`);
  const { candidates, resumedFits } = await search(path);
  t.equal(candidates[0]?.scores[0], 0.125);
  t.equal(resumedFits, 1);
});
