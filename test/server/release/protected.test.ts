import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { presetRules } from "@flamenco/policies/release";
import { openSignedBy } from "@flamenco/policies/trust";
import {
  type AuditEntry,
  type ProtectedCounts,
  payloadTypes,
  Result,
  type Study,
  type VoteTable,
} from "@flamenco/policies/wire";
import { assertReleased, BudgetLedger, openDatabase, ProtectedRuns, type ProtectedRunsOptions } from "@flamenco/server";
import t from "tap";
import { dyingDatabase } from "../../support/dying-database.js";
import {
  examplePredictions,
  exampleVotes,
  type VerifyOptions,
  verifyProtected,
  worf,
} from "../../support/protected-release.js";
import { makeKey } from "../../support/signed-documents.js";

const now = () => new Date("2026-03-01T12:00:30.000Z");
const database = await openDatabase({ directory: join(t.testdir(), "database"), nodeName: "worf" }, now);
t.teardown(() => database.close());
const ledger = new BudgetLedger(database, now);
const never = new AbortController().signal;

/** A gate whose sealed workers are these counts, and what it did. */
function makeGate(
  change: Partial<ProtectedRunsOptions> & { counts?: (counts: ProtectedCounts) => ProtectedCounts } = {},
) {
  const { counts = (same) => same, ...options } = change;
  const [audit, jobs, ticks]: [AuditEntry[], string[], string[]] = [[], [], []];
  const gate = (config: VerifyOptions["release"], votes: VoteTable) =>
    new ProtectedRuns({
      config,
      ledger,
      recordAudit: async (entry) => {
        audit.push(entry);
      },
      runCounting: async ({ counting }) => {
        jobs.push(counting?.predictions === undefined ? "votes" : "predictions");
        return counts(counting?.predictions === undefined ? votes : examplePredictions);
      },
      waitForTick: async () => {
        ticks.push("tick");
      },
      key: worf,
      memoryMegabytes: 128,
      deadlineSeconds: 10,
      ...options,
    });
  const ask = async (study: Partial<Study> = {}, by: VerifyOptions = {}) => {
    const { verified, request } = await verifyProtected(study, by);
    const released = await gate(by.release, exampleVotes(request)).release(verified, request, never);
    assertReleased(released);
    return openSignedBy(JSON.parse(released.text), payloadTypes.result, Result, "result", ({ keyId }) => keyId)
      .document;
  };
  return { ask, audit, jobs, ticks };
}

/** A dataset version of the test's own: requests to it are like no other's. */
let versions = 0;
const freshVersion = () => String(++versions).padStart(64, "0");
let nonces = 0;
const freshNonce = () => String(++nonces).padStart(32, "0");
const spentOn = async (version: string, by: string) => (await ledger.spent("border", version, by)).collaboratorMicroRho;

t.test("a protected result says what bounds it, and holds nothing but what follows from noisy counts", async (t) => {
  const version = freshVersion();
  const { ask, audit, jobs, ticks } = makeGate();
  const result = await ask({}, { version });
  const { outputs, release, dataset, startedAt, finishedAt } = result;
  t.match(release, {
    preset: "standard",
    protection: "protected",
    bound: { unit: "host-day", rowsPerUnit: 4, votesPerRow: 4, minimumSupportRows: 10 },
  });
  const { epsilon, delta, microRho, noise } = release.bound!;
  t.ok(epsilon > 0.49 && epsilon <= 0.5, "what the preset gives to one release");
  t.ok(delta < 1e-6);
  t.ok([noise.rows, noise.votes, noise.confusion, noise.leaves].every((sigma) => sigma !== null && sigma > 1));
  t.equal(dataset.rows, 1_200_000, "the number of rows is told with two digits");
  t.equal(startedAt, finishedAt, "how long it took is not told");
  t.strictSame(jobs, ["votes", "predictions"]);
  t.strictSame(ticks, ["tick"]);
  t.match(audit, [{ type: "reservation", microRho, dataset: { name: "border", version } }]);
  t.equal(await spentOn(version, audit[0]?.type === "reservation" ? (audit[0].collaborator ?? "") : ""), microRho);

  const { analysis, labelModel, metrics, tree } = outputs;
  t.not(analysis?.rows, 700_000, "the exact number of rows is not there");
  t.ok(Math.abs((analysis?.lfs[0]?.coverage ?? 0) - 3 / 7) < 0.01);
  t.equal(analysis?.lfs[0]?.correct, null);
  t.ok((labelModel?.weights ?? []).every((weight) => weight !== null && weight > 0.7 && weight <= 1));
  t.ok(Math.abs((metrics?.labelModel?.accuracy ?? 0) - 185 / 201) < 0.01);
  t.ok(Math.abs((metrics?.labelModelTreeDifference ?? 0) - 5 / 201) < 0.02);
  const shares = (tree?.tree.nodes ?? []).flatMap((node) => (node.type === "leaf" ? [node.share ?? 0] : []));
  t.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 0.02, `${shares}`);
  t.strictSame(tree?.importance.features, [], "fields are not ranked: that would look at rows");
});

t.test("leaves that few rows reach merge, and the result says how far its scores may be from its tree", async (t) => {
  // A support that noise alone does not reach.
  const rules = { ...presetRules.standard, minimumSupportRows: 10_000 };
  const release: VerifyOptions["release"] = { datasets: [{ name: "border", preset: "standard", rules }] };
  // Votes of highPort for `benign` come first on 30 rows, those of lowPort and largePackets on many.
  const leaves = [0, 500_000, 30, 0, 0, 60_000, 90_000];
  const { ask } = makeGate({ counts: (counts) => ("leaves" in counts ? { ...counts, leaves } : counts) });
  const { outputs, release: released } = await ask({}, { version: freshVersion(), release });
  const { tree, reason, order } = outputs.tree!;
  const ends = tree.nodes.flatMap((node) => (node.type === "leaf" ? [[node.label, (node.share ?? 0) > 0.05]] : []));
  t.strictSame(ends, [
    ["attack", true],
    ["attack", true],
    [null, true],
  ]);
  t.notOk(
    [...tree.nodes, ...order].some(({ lf }) => lf?.endsWith("#highPort")),
    "the function does not hang",
  );
  t.match(reason, /^1 of 3 leaves of functions/);
  const [, rows] = /At most (\d+) rows/.exec(reason!)!;
  const sigma = released.bound!.noise.leaves!;
  t.ok(Number(rows) >= 4 * sigma && Number(rows) < 4 * sigma + 10_000, `${rows}: the count and its noise`);
  t.match(outputs.metrics?.reasons.at(-1), new RegExp(`predicts at most ${rows} of these rows otherwise`));
  const unchanged = await makeGate().ask({}, { version: freshVersion(), release });
  t.equal(unchanged.outputs.tree?.reason, undefined, "where nothing merged nothing is said");
  t.notMatch(unchanged.outputs.metrics?.reasons.join(), /merged/);
});

t.test("a thousand identical requests get one answer, at one price, from whoever and whenever", async (t) => {
  const version = freshVersion();
  const { ask, jobs } = makeGate();
  const first = await ask({}, { version });
  const price = first.release.bound!.microRho;
  const bob = makeKey("bob");
  for (let time = 0; time < 4; time++) {
    const again = await ask({ nonce: freshNonce(), title: "Again", seed: 1_000 + time }, { version, author: bob });
    t.strictSame(again.outputs, first.outputs);
    t.not(again.study, first.study);
  }
  const { verified, request } = await verifyProtected({ nonce: freshNonce() }, { version });
  const gate = new ProtectedRuns({
    config: undefined,
    ledger,
    recordAudit: () => Promise.reject(new Error("nothing is reserved")),
    runCounting: () => Promise.reject(new Error("nothing is counted")),
    waitForTick: async () => {},
    key: worf,
    memoryMegabytes: 128,
    deadlineSeconds: 10,
  });
  const texts = new Set<string>();
  for (let time = 0; time < 1_000; time++) texts.add((await gate.release(verified, request, never)).text);
  t.equal(texts.size, 1);
  t.equal(jobs.length, 2, "rows were counted for the first alone");
  t.equal(await spentOn(version, first.keyId === bob.keyId ? bob.keyId : verified.study.author), price);
  t.equal(await spentOn(version, bob.keyId), 0);
});

t.test("the same question in other words is charged and drawn again", async (t) => {
  const version = freshVersion();
  const { ask } = makeGate();
  const first = await ask({}, { version });
  const rephrased: Partial<Study>[] = [
    { outputs: ["analysis", "labelModel", "metrics"] },
    { labelModel: "moments" },
    { classBalance: [0.5, 0.5] },
    { release: { preset: "standard", epsilon: 0.4 } },
  ];
  let before = first.release.bound!.microRho;
  for (const change of rephrased) {
    const other = await ask(change, { version });
    const after = await spentOn(version, (await verifyProtected()).verified.study.author);
    t.equal(after - before, other.release.bound?.microRho, JSON.stringify(change));
    t.not(other.outputs.analysis?.rows, first.outputs.analysis?.rows, "other noise");
    before = after;
  }
});

t.test("a budget that is used up refuses, charges nothing, and still repeats what was paid for", async (t) => {
  const version = freshVersion();
  const { ask, jobs } = makeGate();
  const rules = { ...presetRules.standard, epsilon: { release: 0.5, collaborator: 1, dataset: 8, catalogue: 0.1 } };
  const release: VerifyOptions["release"] = { datasets: [{ name: "border", preset: "standard", rules }] };
  const balance = (first: number): Partial<Study> => ({ classBalance: [first, 1 - first] });
  let paid = 0;
  const attempt = () =>
    ask(balance(0.3 + paid / 1_000), { version, release }).then(
      () => "paid",
      ({ code }) => code,
    );
  let end = await attempt();
  for (; end === "paid"; end = await attempt()) paid++;
  t.equal(end, "FLM_BUDGET_EXHAUSTED");
  t.ok(paid >= 2 && paid <= 4, `${paid} releases of epsilon 0.5 within epsilon 1: squares add up, not epsilons`);
  const counted = jobs.length;
  await t.resolves(ask(balance(0.3), { version, release, author: makeKey("carol") }), "the first answer again");
  t.equal(jobs.length, counted, "neither counts a row");
});

t.test("of a refused or failed request nothing is drawn, and the clock holds it too", async (t) => {
  const wrong: Record<string, (counts: ProtectedCounts) => ProtectedCounts> = {
    "an address in a function's name": (counts) =>
      counts.schema === "flamenco-vote-table/1" ? { ...counts, lfs: ["10.20.30.40", ...counts.lfs.slice(1)] } : counts,
    "a secret in a huge count": (counts) =>
      counts.schema === "flamenco-vote-table/1" ? { ...counts, rows: 10_203_040 } : counts,
    "a secret in a pair": (counts) =>
      counts.schema === "flamenco-vote-table/1"
        ? { ...counts, pairs: counts.pairs.map((cells) => cells.map(() => 400_000)) }
        : counts,
    "other caps": (counts) => ("rowsPerUnit" in counts ? { ...counts, rowsPerUnit: 1_000 } : counts),
    "too few predictions": (counts) =>
      counts.schema === "flamenco-prediction-counts/1" ? { ...counts, leaves: [1] } : counts,
    "predictions in place of votes": () => examplePredictions,
  };
  for (const [name, counts] of Object.entries(wrong)) {
    const { ask, ticks } = makeGate({ counts });
    const version = freshVersion();
    const error = (await ask({}, { version }).catch((cause) => cause)) as Error;
    t.match(error, { code: "FLM_WORKER_PROTOCOL" }, name);
    t.notMatch(error.message, /10\.20\.30\.40|10203040/);
    t.strictSame(ticks, ["tick"]);
  }
});

t.test("killed before or after any statement, a request is charged once and drawn at most once", async (t) => {
  const statements = { count: 0 };
  const whole = makeGate({
    ledger: new BudgetLedger(dyingDatabase(database, Number.POSITIVE_INFINITY, true, statements).database, now),
  });
  const price = (await whole.ask({}, { version: freshVersion() })).release.bound!.microRho;
  const points = statements.count;
  t.ok(points >= 8, `${points} statements`);
  let answered = 0;
  for (let fatal = 1; fatal <= points; fatal++) {
    for (const lastHasEffect of [false, true]) {
      const version = freshVersion();
      const name = `${lastHasEffect ? "after" : "before"} statement ${fatal}`;
      const dying = dyingDatabase(database, fatal, lastHasEffect);
      const doomed = makeGate({ ledger: new BudgetLedger(dying.database, now) });
      await Promise.race([doomed.ask({}, { version }), dying.died]);
      const drawn = await database.query<{ noisy: string }>(
        "SELECT noisy FROM draws JOIN reservations USING (request) WHERE version = $1 AND noisy IS NOT NULL ORDER BY part",
        [version],
      );
      const author = (await verifyProtected()).verified.study.author;
      const before = await spentOn(version, author);
      const again = await makeGate()
        .ask({}, { version })
        .then(
          () => "answered",
          ({ code }) => code,
        );
      t.match(again, /^(answered|FLM_RELEASE_INTERRUPTED)$/, name);
      if (again === "answered") answered++;
      const after = await spentOn(version, author);
      t.equal(after, price, `${name}: charged once`);
      t.ok(before <= after, `${name}: what is spent never falls`);
      const kept = await database.query<{ noisy: string }>(
        "SELECT noisy FROM draws JOIN reservations USING (request) WHERE version = $1 AND noisy IS NOT NULL ORDER BY part",
        [version],
      );
      for (const { noisy } of drawn) {
        t.ok(
          kept.some((one) => one.noisy === noisy),
          `${name}: what was drawn stays`,
        );
      }
    }
  }
  t.ok(answered >= points, `${answered} of ${2 * points} were answered after all`);
});

t.test("the gate's file alone makes a Released", (t) => {
  const files = readdirSync(new URL("../../../../server", import.meta.url), { recursive: true, withFileTypes: true });
  const sources = files.filter(
    ({ name, parentPath }) => name.endsWith(".ts") && !/[/\\](dist|node_modules)([/\\]|$)/.test(parentPath),
  );
  t.ok(sources.length > 100);
  for (const { name, parentPath } of sources) {
    const text = readFileSync(join(parentPath, name), "utf8");
    const forges = /\bas (unknown as )?Released\b|(?<!Promise)<Released>\s*[{(]|releasedBrand|:\s*Released\s*=/.test(
      text,
    );
    const isGate = name === "gate.ts";
    t.equal(forges, isGate, `${name} ${isGate ? "makes" : "does not make"} one`);
  }
  t.end();
});
