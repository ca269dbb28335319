import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyRelease } from "@flamenco/client";
import { digestOf, signDocument, signNote } from "@flamenco/policies/trust";
import { payloadTypes, type ReleaseProof } from "@flamenco/policies/wire";
import t from "tap";
import { makeReleaseProof } from "../support/release-proof.js";
import { makeKey, makeStudy } from "../support/signed-documents.js";
import { documentOf, runFlamenco } from "./support/command-line.js";
import { makeFullResult } from "./support/results.js";

const [alice, north, mallory] = [makeKey("alice"), makeKey("north"), makeKey("mallory")];
const study = makeStudy(alice, {
  now: new Date("2026-03-01T12:00:00.000Z"),
  packages: [{ name: "alice/ports", version: "1.0.0", id: "0".repeat(64) }],
  targets: [{ node: "north", keyId: north.keyId, dataset: "border" }],
  outputs: ["analysis", "labelModel", "metrics", "tree"],
});
const result = makeFullResult(north, digestOf(study));
const envelope = signDocument(payloadTypes.result, result, [north]);
const studyEnvelope = signDocument(payloadTypes.study, study, [alice]);
const proof = await makeReleaseProof(north, result);

const told = async (files: Parameters<typeof verifyRelease>[0]) =>
  Object.fromEntries((await verifyRelease(files)).statements.map(({ about, proven }) => [about, proven]));

t.test("what is proven and what is not is said of every part", async (t) => {
  t.same(await told({ envelope }), { signature: true, key: false, study: false, log: false, truth: false });
  const nodeKey = north.keyId;
  t.same(await told({ envelope, proof, nodeKey, study: studyEnvelope }), {
    signature: true,
    key: true,
    study: true,
    log: true,
    view: false,
    truth: false,
  });
  t.equal((await told({ envelope, study: digestOf(study) })).study, true);
});

t.test("whatever does not hold is thrown, by its code", async (t) => {
  const refuses = async (code: string, files: Parameters<typeof verifyRelease>[0], name: string) =>
    t.rejects(verifyRelease(files), { code }, name);
  const record = (parts: object) => ({ ...proof, record: { ...proof.record, ...parts } }) as ReleaseProof;
  await refuses("FLM_SIGNATURE", { envelope, nodeKey: mallory.keyId }, "another node's key");
  await refuses("FLM_SIGNATURE", { envelope: signDocument(payloadTypes.result, result, [mallory]) }, "forged result");
  await refuses("FLM_RESULT_MISMATCH", { envelope, study: "1".repeat(64) }, "another study's digest");
  const other = signDocument(payloadTypes.study, { ...study, nonce: "1".repeat(32) }, [alice]);
  await refuses("FLM_RESULT_MISMATCH", { envelope, study: other }, "another study");
  const twin = await makeReleaseProof(north, { ...result, finishedAt: "2026-01-01T00:00:09.000Z" });
  await refuses("FLM_AUDIT_PROOF", { envelope, proof: twin }, "the proof of another result");
  await refuses("FLM_AUDIT_PROOF", { envelope, proof: record({ index: 4 }) }, "another place");
  await refuses("FLM_AUDIT_PROOF", { envelope, proof: { ...proof, path: proof.path.slice(1) } }, "a short path");
  const longer = { ...proof, path: [...proof.path, ...proof.path] };
  await refuses("FLM_AUDIT_PROOF", { envelope, proof: longer }, "a long path");
  const foreign = await makeReleaseProof(mallory, result);
  await refuses("FLM_AUDIT_CHECKPOINT", { envelope, proof: foreign }, "another node's log");
  const [text = "", signature = ""] = proof.checkpoint.split("\n\n");
  const name = signature.split(" ")[1] ?? "";
  const forged = { ...proof, checkpoint: signNote(`${text}\n`, name, mallory) };
  await refuses("FLM_AUDIT_CHECKPOINT", { envelope, proof: forged }, "a checkpoint signed by another key");
  for (const hostile of [null, 7, "x", [], {}, record({ index: Number.NaN }), record({ index: 1e300 })]) {
    await refuses("FLM_SCHEMA", { envelope, proof: hostile }, JSON.stringify(hostile).slice(0, 40));
  }
  await refuses(
    "FLM_SCHEMA",
    { envelope, proof: { ...proof, path: Array(100_000).fill("0".repeat(64)) } },
    "megabytes",
  );
});

t.test("the command takes the proof that lies beside the result", { timeout: 120_000 }, async (t) => {
  const folder = t.testdir();
  const path = join(folder, "result-north.json");
  await writeFile(path, JSON.stringify(envelope));
  const lacking = await runFlamenco(["verify", path, "--json"]);
  t.equal(lacking.code, 1);
  t.match(documentOf(lacking), { code: "FLM_FILE_UNREADABLE", message: /--no-proof/ });
  await writeFile(join(folder, "result-north.proof.json"), JSON.stringify(proof));
  const found = await runFlamenco(["verify", path, "--node-key", north.keyId, "--json"]);
  t.equal(found.code, 0, found.stderr);
  t.match(documentOf(found), { verified: true, node: "north", log: { index: 2, size: 5 }, digest: digestOf(result) });
});
