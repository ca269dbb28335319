import { ProofsAnswer, type ReleaseProof, registryPaths } from "@flamenco/policies/wire";
import t from "tap";
import { makeReleaseProof } from "../../support/release-proof.js";
import { makeResult } from "../../support/signed-documents.js";
import { mallory, north, south, TestRegistry } from "../harness.js";

const accepted = { accepted: true, reason: null };
const proofsPath = (study: string) => registryPaths.proofs.replace(":digest", study);

t.test("a log proof comes before its result, once, and outlives a restart", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const proof = await makeReleaseProof(north, makeResult(north, study));
  t.strictSame((await registry.read(ProofsAnswer, proofsPath(study))).proofs, []);
  t.strictSame((await registry.post(registryPaths.postProofs, proof)).body, accepted);
  t.strictSame((await registry.result(north, study)).body, accepted);
  t.strictSame((await registry.post(registryPaths.postProofs, proof)).body, accepted, "sent again");
  await registry.restart();
  t.strictSame((await registry.read(ProofsAnswer, proofsPath(study))).proofs, [{ keyId: north.keyId, proof }]);
  t.equal((await registry.get(proofsPath("0".repeat(64)))).body.code, "FLM_STUDY_UNKNOWN");
});

t.test("a proof that does not hold is refused, whoever sends it", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  const result = makeResult(north, study);
  const proof = await makeReleaseProof(north, result);
  const [first = "", ...rest] = proof.path;
  const refuses = (code: string, hostile: object, name: string) =>
    registry.refuses(code, registryPaths.postProofs, hostile, name);
  const record = (parts: object) => ({ ...proof, record: { ...proof.record, ...parts } }) as ReleaseProof;
  const { entry } = proof.record;
  await refuses("FLM_AUDIT_PROOF", { ...proof, path: rest }, "a hash is missing");
  await refuses("FLM_AUDIT_PROOF", { ...proof, path: [first.replace(/^./, "0"), ...rest].reverse() }, "changed hashes");
  await refuses("FLM_AUDIT_PROOF", record({ index: 3 }), "another place");
  await refuses("FLM_AUDIT_PROOF", record({ at: "2027-01-01T00:00:00.000Z" }), "another time");
  await refuses("FLM_SCHEMA", record({ index: 1e300 }), "a place of 1e300");
  await refuses("FLM_SCHEMA", record({ index: -1 }), "a negative place");
  await refuses("FLM_SCHEMA", { ...proof, path: Array(65).fill(first) }, "too long a path");
  await refuses("FLM_SCHEMA", { ...proof, path: ["f".repeat(200_000)] }, "a hash of 200,000 digits");
  await refuses("FLM_SCHEMA", { ...proof, checkpoint: "x".repeat(4_097) }, "a long checkpoint");
  await refuses("FLM_AUDIT_CHECKPOINT", { ...proof, checkpoint: "elsewhere\n1\n" }, "no checkpoint");
  await refuses("FLM_AUDIT_PROOF", record({ entry: { type: "policies", policySet: study } }), "of another entry");
  await refuses("FLM_STUDY_UNKNOWN", record({ entry: { ...entry, study: "0".repeat(64) } }), "of no study");
  await refuses("FLM_NODE_NOT_ADDRESSED", await makeReleaseProof(mallory, result), "of a log that nobody asked");
  const forged = proof.checkpoint.replace("\n5\n", "\n6\n");
  await refuses("FLM_AUDIT_CHECKPOINT", { ...proof, checkpoint: forged }, "a forged size");
  t.strictSame((await registry.read(ProofsAnswer, proofsPath(study))).proofs, []);
});

t.test("a proof of another result than the one that is here is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  const study = await registry.postStudy();
  await registry.result(south, study);
  const other = makeResult(south, study, { finishedAt: "2026-01-01T00:00:09.000Z" });
  await registry.refuses("FLM_AUDIT_PROOF", registryPaths.postProofs, await makeReleaseProof(south, other));
  const proof = await makeReleaseProof(south, makeResult(south, study));
  t.strictSame(
    (await registry.post(registryPaths.postProofs, proof)).body,
    accepted,
    "the right one is taken late too",
  );
});
