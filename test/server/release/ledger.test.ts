import { createHash } from "node:crypto";
import { join } from "node:path";
import { BudgetLedger, type Charge } from "@flamenco/server";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";
import { dyingDatabase } from "../../support/dying-database.js";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const [alice, bob] = [`ed25519:${"A".repeat(43)}`, `ed25519:${"B".repeat(43)}`] as const;
const ample = { collaboratorMicroRho: 1_000_000, datasetMicroRho: 1_000_000 };
const chargeFor = (question: string, change: Partial<Charge> = {}): Charge => ({
  request: digest(question),
  study: digest(`study of ${question}`),
  dataset: "border",
  version: digest("version"),
  collaborator: alice,
  microRho: 100,
  ...change,
});

await testOnEveryBackend("the budget ledger", async (t, backend) => {
  const place = { directory: join(t.testdir(), "database"), nodeName: freshNodeName() };
  const now = () => new Date("2026-03-01T12:00:00.000Z");
  let database = await backend.open(place);
  t.teardown(() => database.close());
  let ledger = new BudgetLedger(database, now);
  const spent = (dataset: string, by: string = alice) => ledger.spent(dataset, digest("version"), by);

  await t.test("fifty requests at once for what pays for three: exactly three are charged", async (t) => {
    const ceilings = { collaboratorMicroRho: 1_000, datasetMicroRho: 350 };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        ledger.reserve(chargeFor(`crowd ${index}`, { dataset: "crowded" }), ceilings),
      ),
    );
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
    t.equal(refused.length, 47);
    t.ok(refused.every((code) => code === "FLM_BUDGET_EXHAUSTED"));
    t.strictSame(await spent("crowded"), { datasetMicroRho: 300, collaboratorMicroRho: 300 });
    t.equal((await ledger.listReservations("crowded", 100)).length, 3, "what was refused left nothing behind");
  });

  await t.test("fifty times the same request at once is charged once", async (t) => {
    const reserved = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ledger.reserve(chargeFor("same", { dataset: "echo", study: digest(`study ${index}`) }), ample),
      ),
    );
    t.equal(new Set(reserved.map(({ study }) => study)).size, 1);
    t.strictSame(await spent("echo"), { datasetMicroRho: 100, collaboratorMicroRho: 100 });
  });

  await t.test(
    "the same question is paid for once, whoever asks and when; in other words it is charged again",
    async (t) => {
      t.equal(await ledger.findReservation(digest("question")), undefined);
      const first = await ledger.reserve(chargeFor("question"), ample);
      t.match(first, { collaborator: alice, study: digest("study of question"), releasedAt: null });
      t.strictSame(await ledger.reserve(chargeFor("question", { study: digest("later") }), ample), first);
      t.strictSame(await ledger.reserve(chargeFor("question", { collaborator: bob }), ample), first);
      t.strictSame(await ledger.findReservation(digest("question")), first);
      await ledger.reserve(chargeFor("the question"), ample);
      t.strictSame(await spent("border"), { datasetMicroRho: 200, collaboratorMicroRho: 200 });
      t.strictSame(await spent("border", bob), { datasetMicroRho: 200, collaboratorMicroRho: 0 });
    },
  );

  await t.test("a collaborator has a budget by version, the dataset one over all of them", async (t) => {
    const ceilings = { collaboratorMicroRho: 100, datasetMicroRho: 300 };
    const ask = (question: string, change: Partial<Charge> = {}) =>
      ledger.reserve(chargeFor(question, { dataset: "shared", ...change }), ceilings);
    await ask("one");
    await t.rejects(ask("two"), { code: "FLM_BUDGET_EXHAUSTED", message: /collaborator's/ });
    await ask("two", { collaborator: bob });
    await ask("three", { version: digest("next version") });
    await t.rejects(ask("four", { version: digest("third version") }), {
      code: "FLM_BUDGET_EXHAUSTED",
      message: /dataset's/,
    });
    t.strictSame(await spent("shared"), { datasetMicroRho: 300, collaboratorMicroRho: 100 });
  });

  await t.test("amounts that are no amounts are refused", async (t) => {
    for (const microRho of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, "100" as unknown as number]) {
      await t.rejects(ledger.reserve(chargeFor(`amount ${microRho}`, { microRho }), ample), { code: "FLM_INTERNAL" });
    }
  });

  await t.test("nobody lowers what is spent, not even by SQL", async (t) => {
    await t.rejects(database.query("UPDATE budget_accounts SET spent = spent - 1"), /never given back/);
    await t.rejects(database.query("DELETE FROM budget_accounts"), /never given back/);
  });

  await t.test("each part of a request is drawn once, also when it is asked for at the same time", async (t) => {
    await ledger.reserve(chargeFor("drawn"), ample);
    let draws = 0;
    const draw = () => ledger.drawOnce(digest("drawn"), "votes", () => `noise ${++draws}`);
    const outcomes = await Promise.allSettled([draw(), draw(), draw()]);
    t.ok(outcomes.some((outcome) => outcome.status === "fulfilled"));
    t.equal(await draw(), "noise 1");
    t.equal(draws, 1);
    t.equal(await ledger.drawOnce(digest("drawn"), "counts", () => "other"), "other");
    await t.rejects(
      ledger.drawOnce(digest("unpaid"), "votes", () => "free"),
      "nothing is drawn without budget",
    );
  });

  await t.test("a process that dies at any statement of a draw never draws twice", async (t) => {
    const tried: string[] = [];
    for (const fatal of [1, 2]) {
      for (const lastHasEffect of [false, true]) {
        const question = `dies at ${fatal} ${lastHasEffect}`;
        await ledger.reserve(chargeFor(question, { dataset: "dying" }), ample);
        let draws = 0;
        const draw = () => `noise ${++draws}`;
        const { database: dying, died } = dyingDatabase(database, fatal, lastHasEffect);
        await Promise.race([new BudgetLedger(dying, now).drawOnce(digest(question), "votes", draw), died]);
        const after = await ledger.drawOnce(digest(question), "votes", draw).catch(({ code }) => code);
        t.ok(draws <= 1, `${question}: drawn ${draws} times`);
        tried.push(after);
      }
    }
    t.strictSame(tried, ["noise 1", "FLM_RELEASE_INTERRUPTED", "FLM_RELEASE_INTERRUPTED", "noise 1"]);
    t.match(await spent("dying"), { datasetMicroRho: 400 });
  });

  await t.test(
    "what is released first for a request stays, and outlives the process with all that is spent",
    async (t) => {
      t.equal(await ledger.keepRelease(digest("question"), "first"), "first");
      t.equal(await ledger.keepRelease(digest("question"), "second"), "first");
      await t.rejects(ledger.keepRelease(digest("unpaid"), "free"), { code: "FLM_INTERNAL" });
      const before = await spent("border");
      await database.close();
      database = await backend.open(place);
      ledger = new BudgetLedger(database, now);
      t.equal(await ledger.findRelease(digest("question")), "first");
      t.equal(await ledger.drawOnce(digest("drawn"), "votes", () => "drawn again"), "noise 1");
      t.strictSame(await spent("border"), before);
      const [, first] = await ledger.listReservations("border", 10);
      t.match(first, { dataset: "border", collaborator: alice, microRho: 100, reservedAt: now() });
    },
  );
});
