import { createHash } from "node:crypto";
import { join } from "node:path";
import { type RunState, runStates, runTransitions } from "@flamenco/policies/wire";
import { type Run, RunStore } from "@flamenco/server";
import { freshNodeName, testOnEveryBackend } from "../../support/databases.js";

const digest = (name: string) => createHash("sha256").update(name).digest("hex");
const result = "{}";
const error = { code: "FLM_WORKER_CRASHED", message: "It ended.", details: [] };

await testOnEveryBackend("the run store", async (t, backend) => {
  const database = await backend.open({ directory: join(t.testdir(), "database"), nodeName: freshNodeName() });
  t.teardown(() => database.close());
  let time = Date.parse("2024-01-01T00:00:00.000Z");
  const changes: Run[] = [];
  const store = new RunStore({
    database,
    now: () => {
      time += 1;
      return new Date(time);
    },
    signReport: ({ study, state, sequence }) => JSON.stringify({ study, state, sequence }),
    onChange: (run) => changes.push(run),
  });

  /** A new run, taken to a state along the shortest way. */
  const runIn = async (name: string, state: RunState): Promise<Run> => {
    const study = digest(name);
    await store.addOffered(study, "envelope");
    const ways: Partial<Record<RunState, RunState[]>> = {
      offered: [],
      "awaiting-approval": ["fetched"],
      fetched: [],
      running: ["fetched"],
      releasing: ["fetched", "running"],
      released: ["fetched", "running", "releasing"],
    };
    for (const step of [...(ways[state] ?? []), ...(state === "offered" ? [] : [state])]) {
      await store.transition((await store.find(study)) as Run, step, step === "releasing" ? { result } : {});
    }
    return (await store.find(study)) as Run;
  };

  await t.test("a study that is offered twice is one run, and its first envelope stays", async (t) => {
    const study = digest("twice");
    const answers = await Promise.all([store.addOffered(study, "first"), store.addOffered(study, "first")]);
    t.same(answers.sort(), [false, true]);
    t.equal(await store.addOffered(study, "second"), false);
    t.equal(await store.readEnvelope(study), "first");
    t.same(
      (await store.listEvents(study)).map(({ state }) => state),
      ["offered"],
    );
  });

  await t.test("exactly the steps of the life-cycle table are possible, from every state to every state", async (t) => {
    for (const from of runStates) {
      for (const to of runStates) {
        const run = await runIn(`${from} to ${to}`, from);
        const step = store.transition(run, to, { result });
        if (runTransitions[from].includes(to))
          t.match(await step, { state: to, sequence: run.sequence + 1 }, `${from} -> ${to}`);
        else await t.rejects(step, { code: "FLM_RUN_TRANSITION" }, `${from} -x-> ${to}`);
      }
    }
  });

  await t.test("of two that take the same step, one does, and one report is kept", async (t) => {
    const run = await runIn("race", "fetched");
    const attempts = await Promise.allSettled(
      [1, 2, 3].map((attempts) => store.transition(run, "running", { attempts })),
    );
    t.equal(attempts.filter(({ status }) => status === "fulfilled").length, 1);
    const states = (await store.listEvents(run.study)).map(({ state }) => state);
    t.same(states, ["offered", "fetched", "running"]);
  });

  await t.test("a step whose report cannot be signed is not taken", async (t) => {
    const run = await runIn("unsigned", "fetched");
    const broken = new RunStore({
      database,
      now: () => new Date(),
      signReport: () => {
        throw new Error("no key");
      },
      onChange: () => t.fail("nothing changed"),
    });
    await t.rejects(broken.transition(run, "running"), { message: "no key" });
    t.match(await store.find(run.study), { state: "fetched", sequence: run.sequence });
    t.equal((await store.listEvents(run.study)).length, 2);
  });

  await t.test("a release is stored byte for byte, and a run does not release without one", async (t) => {
    const run = await runIn("bytes", "running");
    await t.rejects(store.transition(run, "releasing"));
    const text = `{"a":"\\u0000 ✓","b":[1.5e-7]}`;
    const releasing = await store.transition(run, "releasing", { result: text });
    t.equal(await store.readResult(run.study), text);
    await store.transition(releasing, "released");
    t.equal(await store.readResult(run.study), text);
  });

  await t.test("an error is kept with the run and with its event, and goes with the next step", async (t) => {
    const run = await runIn("error", "running");
    await store.transition(run, "failed", { error });
    t.strictSame((await store.find(run.study))?.error, error);
    t.strictSame((await store.listEvents(run.study)).at(-1)?.error, error);
  });

  await t.test("progress counts the sequence up, and stops with the run", async (t) => {
    const run = await runIn("progress", "running");
    const progress = { stage: "votes", done: 3, total: 9 } as const;
    t.match(await store.recordProgress(run.study, progress), { sequence: run.sequence + 1, progress });
    const failed = await store.transition(run, "failed", { error });
    t.match(failed, { sequence: run.sequence + 2, progress: null });
    t.equal(await store.recordProgress(run.study, progress), undefined);
  });

  await t.test("an attempt is given back only while the run is running", async (t) => {
    const fetched = await runIn("attempt", "fetched");
    const running = await store.transition(fetched, "running", { attempts: 2 });
    await store.returnAttempt(running.study);
    t.equal((await store.find(running.study))?.attempts, 1);
    await store.transition(running, "failed", { error });
    await store.returnAttempt(running.study);
    t.equal((await store.find(running.study))?.attempts, 1);
  });

  await t.test("reports wait in the order in which they were made, until acknowledged", async (t) => {
    const pending = await store.listPendingReports(10_000);
    t.ok(pending.every(({ id }, index) => index === 0 || id > (pending[index - 1]?.id ?? 0)));
    const sequences = pending.filter(({ study }) => study === digest("race")).map(({ body }) => JSON.parse(body).state);
    t.same(sequences, ["fetched", "running"]);
    await store.acknowledgeReport(pending[0]?.id ?? -1);
    t.equal((await store.listPendingReports(10_000)).length, pending.length - 1);
  });

  await t.test("whoever watches is told of each change after it is true", async (t) => {
    changes.length = 0;
    const run = await runIn("watched", "running");
    t.same(
      changes.map(({ state }) => state),
      ["offered", "fetched", "running"],
    );
    t.strictSame(changes.at(-1), run);
  });

  await t.test("runs are listed newest first, and by state oldest first", async (t) => {
    const older = await runIn("older", "fetched");
    const newer = await runIn("newer", "fetched");
    t.same(
      (await store.list(2)).map(({ study }) => study),
      [newer.study, older.study],
    );
    const fetched = (await store.listInState("fetched")).map(({ study }) => study);
    t.ok(fetched.indexOf(older.study) < fetched.indexOf(newer.study));
    t.equal(await store.find(digest("never")), undefined);
    await t.rejects(store.readEnvelope(digest("never")), { code: "FLM_STUDY_UNKNOWN" });
  });
});
