import { signDocument } from "@flamenco/policies/trust";
import { payloadTypes, type RunState, registryPaths, StudyStatus } from "@flamenco/policies/wire";
import t from "tap";
import { makeReport } from "../../support/signed-documents.js";
import { mallory, north, south, studyPath, TestRegistry } from "../harness.js";

const accepted = { accepted: true, reason: null };

/** State of north's run, and the study's revision. */
async function look(registry: TestRegistry, study: string) {
  const { runs, revision } = await registry.read(StudyStatus, studyPath(study));
  return { run: runs.find(({ node }) => node === "north"), revision };
}

t.test("reports move a run through its life, and the study's revision with it", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const life: RunState[] = ["fetched", "running", "running", "releasing", "released"];
  for (const [index, state] of life.entries()) {
    registry.later(1);
    const progress = state === "running" ? { progress: { stage: "votes" as const, done: index, total: 9 } } : {};
    t.strictSame((await registry.report(north, { study, state, sequence: index + 1, ...progress })).body, accepted);
    const { run, revision } = await look(registry, study);
    t.match(run, { state, updatedAt: registry.now.toISOString(), ...progress });
    t.equal(run?.progress === undefined, state !== "running");
    t.equal(revision, index + 1);
  }
  const { run } = await look(registry, study);
  await registry.restart();
  t.strictSame((await look(registry, study)).run, run, "the same after a restart");
});

t.test("a failed run says why", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const error = { code: "FLM_DATASET_UNKNOWN", message: "No dataset border.", details: [] };
  await registry.report(north, { study, state: "failed", sequence: 1, error });
  t.match((await look(registry, study)).run, { state: "failed", error });
});

t.test("the same report again is acknowledged, an older one is left aside", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "fetched", sequence: 1 });
  await registry.report(north, { study, state: "running", sequence: 2 });
  for (const round of ["at once", "after a restart"]) {
    t.strictSame((await registry.report(north, { study, state: "running", sequence: 2 })).body, accepted, round);
    t.match((await registry.report(north, { study, state: "fetched", sequence: 1 })).body, { accepted: false }, round);
    t.match(
      (await registry.report(north, { study, state: "failed", sequence: 2 })).body,
      { accepted: false },
      "a second report with the same number",
    );
    t.match(await look(registry, study), { revision: 2, run: { state: "running" } });
    await registry.restart();
  }
});

t.test("a step that the table does not have is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const refusal = await registry.report(north, { study, state: "released", sequence: 1 });
  t.equal(refusal.status, 409);
  t.equal(refusal.body.code, "FLM_RUN_TRANSITION");
  await registry.report(north, { study, state: "refused", sequence: 1 });
  for (const state of ["offered", "fetched", "running", "released"] as const) {
    t.equal((await registry.report(north, { study, state, sequence: 9 })).body.code, "FLM_RUN_TRANSITION", state);
  }
});

t.test("reports that never arrived do not stop a run: where numbers are missing, so may steps be", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "fetched", sequence: 1 });
  t.equal((await registry.report(north, { study, state: "released", sequence: 2 })).body.code, "FLM_RUN_TRANSITION");
  t.strictSame((await registry.report(north, { study, state: "released", sequence: 7 })).body, accepted);
  t.equal(
    (await registry.report(north, { study, state: "failed", sequence: 90 })).body.code,
    "FLM_RUN_TRANSITION",
    "ended is ended",
  );
});

t.test("only the node that a study addresses reports about it", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const parts = { study, state: "fetched" as const, sequence: 1 };
  const post = (report: object) => registry.post(registryPaths.runs, report);
  t.equal((await registry.report(mallory, parts)).body.code, "FLM_NODE_NOT_ADDRESSED", "another node");
  t.equal(
    (await registry.report(mallory, { ...parts, node: "north" })).body.code,
    "FLM_NODE_NOT_ADDRESSED",
    "under its name",
  );
  t.equal(
    (await registry.report(south, { ...parts, node: "north" })).body.code,
    "FLM_NODE_NOT_ADDRESSED",
    "the other node, under its name",
  );
  t.equal(
    (await post(signDocument(payloadTypes.run, makeReport(north, parts), [mallory]))).body.code,
    "FLM_SIGNATURE",
    "in its name, signed by another",
  );
  t.equal(
    (await post(signDocument(payloadTypes.result, makeReport(north, parts), [north]))).body.code,
    "FLM_SCHEMA",
    "signed as another type",
  );
  t.equal((await registry.report(north, { ...parts, study: "0".repeat(64) })).body.code, "FLM_STUDY_UNKNOWN");
  t.match(await look(registry, study), { revision: 0, run: { state: "offered" } });
});

t.test("a run that nobody fetched in time is expired, and stays so", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(south, { study, state: "fetched", sequence: 1 });
  registry.later(60);
  const { runs, revision } = await registry.read(StudyStatus, studyPath(study));
  t.strictSame(
    runs.map(({ state }) => state),
    ["expired", "fetched"],
  );
  t.equal(revision, 2, "the clock is a change too");
  t.equal((await registry.report(north, { study, state: "fetched", sequence: 1 })).body.code, "FLM_STUDY_EXPIRED");
  t.strictSame(
    (await registry.report(north, { study, state: "expired", sequence: 1 })).body,
    accepted,
    "the node may say so itself",
  );
  t.strictSame(
    (await registry.report(south, { study, state: "running", sequence: 2 })).body,
    accepted,
    "what began in time goes on",
  );
});

t.test("progress is shown, and takes no room on the disk however long it goes on", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "fetched", sequence: 1 });
  await registry.report(north, { study, state: "running", sequence: 2 });
  await registry.restart();
  const { entries } = registry.registry.recovery;
  for (let done = 0; done < 20; done++) {
    const progress = { stage: "votes" as const, done, total: 20 };
    t.strictSame(
      (await registry.report(north, { study, state: "running", sequence: 3 + done, progress })).body,
      accepted,
    );
    t.match(await look(registry, study), { run: { progress }, revision: 3 + done });
  }
  await registry.restart();
  t.equal(registry.registry.recovery.entries, entries);
  t.strictSame(
    (await registry.report(north, { study, state: "releasing", sequence: 23 })).body,
    accepted,
    "and the run goes on",
  );
});
