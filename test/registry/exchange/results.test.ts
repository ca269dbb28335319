import { signDocument } from "@flamenco/policies/trust";
import { payloadTypes, ResultsAnswer, registryPaths, StudyStatus } from "@flamenco/policies/wire";
import t from "tap";
import { makeResult } from "../../support/signed-documents.js";
import { mallory, north, resultsPath, south, studyPath, TestRegistry } from "../harness.js";

const accepted = { accepted: true, reason: null };

t.test("results are handed on as they were signed, in the study's order of nodes", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  t.strictSame((await registry.read(ResultsAnswer, resultsPath(study))).results, []);
  t.strictSame((await registry.result(south, study)).body, accepted);
  t.strictSame((await registry.result(north, study)).body, accepted);
  const signed = [north, south].map((node) => signDocument(payloadTypes.result, makeResult(node, study), [node]));
  t.strictSame((await registry.read(ResultsAnswer, resultsPath(study))).results, signed);
  await registry.restart();
  t.strictSame((await registry.read(ResultsAnswer, resultsPath(study))).results, signed);
  const { runs, revision } = await registry.read(StudyStatus, studyPath(study));
  t.strictSame(
    runs.map(({ resultReady }) => resultReady),
    [true, true],
  );
  t.equal(revision, 2);
});

t.test("a study has one result per node: the same again is acknowledged, another is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.result(north, study);
  for (const round of ["at once", "after a restart"]) {
    t.strictSame((await registry.result(north, study)).body, accepted, round);
    const other = await registry.result(north, study, { finishedAt: "2026-01-01T00:00:02.000Z" });
    t.equal(other.status, 409, round);
    t.equal(other.body.code, "FLM_RESULT_CONFLICT", round);
    t.equal((await registry.read(ResultsAnswer, resultsPath(study))).results.length, 1);
    await registry.restart();
  }
});

t.test("of twenty different results of one node, sent at once, exactly one stays", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, rows) =>
      registry.result(north, study, { dataset: { name: "border", version: "0".repeat(64), kind: "flow/1", rows } }),
    ),
  );
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  t.equal(answers.filter(({ body }) => body.code === "FLM_RESULT_CONFLICT").length, 19);
});

t.test("only the node that a study addresses sends its result", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const forged = signDocument(payloadTypes.result, makeResult(north, study), [mallory]);
  await registry.refuses("FLM_SIGNATURE", registryPaths.postResults, forged, "in its name, signed by another");
  t.equal((await registry.result(mallory, study)).body.code, "FLM_NODE_NOT_ADDRESSED");
  t.equal((await registry.result(south, study, { node: "north" })).body.code, "FLM_NODE_NOT_ADDRESSED");
  t.equal((await registry.result(north, "0".repeat(64))).body.code, "FLM_STUDY_UNKNOWN");
  t.strictSame((await registry.read(ResultsAnswer, resultsPath(study))).results, []);
});

t.test("a result about another dataset or kind than asked for is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const dataset = { name: "border", version: "0".repeat(64), kind: "flow/1", rows: 10 };
  for (const wrong of [
    { ...dataset, name: "campus" },
    { ...dataset, kind: "rtt/1" },
  ]) {
    const { body } = await registry.result(north, study, { dataset: wrong });
    t.equal(body.code, "FLM_SCHEMA");
    t.equal(body.details[0].at, "/dataset");
  }
});

t.test("a run that ended without a result has none", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.report(north, { study, state: "refused", sequence: 1 });
  t.equal((await registry.result(north, study)).body.code, "FLM_RUN_TRANSITION");
  await registry.report(south, { study, state: "released", sequence: 9 });
  t.strictSame((await registry.result(south, study)).body, accepted, "the report may be faster than the result");
});
