import { type AuditEntry, AuditRecord, auditEntryTypes, parseDocument, ReleaseProof } from "@flamenco/policies/wire";
import t from "tap";

const digest = "0".repeat(64);
const dataset = { name: "border", version: digest };
const author = `ed25519:${"A".repeat(43)}`;

/** One entry of every type. */
const entries: { readonly [Type in AuditEntry["type"]]: Extract<AuditEntry, { type: Type }> } = {
  policies: { type: "policies", policySet: digest },
  dataset: { type: "dataset", dataset },
  decision: {
    type: "decision",
    study: digest,
    author,
    action: "run",
    decision: "allow",
    policies: ["open.cedar#run"],
    policySet: digest,
    dataset,
  },
  approval: { type: "approval", study: digest, verdict: "approved", by: "operator ada", shown: digest },
  reservation: { type: "reservation", request: digest, study: null, collaborator: null, dataset, microRho: 1 },
  release: { type: "release", study: digest, result: digest, dataset, preset: "strict", policies: [] },
  refusal: { type: "refusal", study: digest, state: "failed", code: "FLM_WORKER_CRASHED" },
};
const record = (entry: unknown) => ({ schema: "flamenco-audit/1", index: 0, at: "2026-01-01T00:00:00.000Z", entry });

t.test("every type of entry is listed, and is closed: a count, a row or noise has no place in it", (t) => {
  t.same([...auditEntryTypes].sort(), Object.keys(entries).sort());
  for (const [type, entry] of Object.entries(entries)) {
    t.same(parseDocument(AuditRecord, record(entry), "record").entry, entry, type);
    for (const extra of [{ rows: 12 }, { count: 3 }, { noise: 0.5 }, { message: "10.0.0.1" }]) {
      t.throws(() => parseDocument(AuditRecord, record({ ...entry, ...extra }), "record"), { code: "FLM_SCHEMA" });
    }
    if ("dataset" in entry) {
      const counted = { ...entry, dataset: { ...dataset, rows: 12 } };
      t.throws(() => parseDocument(AuditRecord, record(counted), "record"), { code: "FLM_SCHEMA" }, `${type}: rows`);
    }
  }
  t.end();
});

t.test("numbers that are no places and no amounts are refused", (t) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1, 0.5, "1", null]) {
    const misplaced = { ...record(entries.policies), index: value };
    t.throws(() => parseDocument(AuditRecord, misplaced, "record"), { code: "FLM_SCHEMA" });
    const odd = record({ ...entries.reservation, microRho: value });
    t.throws(() => parseDocument(AuditRecord, odd, "record"), { code: "FLM_SCHEMA" });
  }
  t.end();
});

t.test("a proof of megabytes is refused by its form", (t) => {
  const proof = { schema: "flamenco-release-proof/1", record: record(entries.release), checkpoint: "", path: [] };
  parseDocument(ReleaseProof, proof, "proof");
  for (const hostile of [
    { ...proof, path: Array(65).fill(digest) },
    { ...proof, path: ["f".repeat(1_000_000)] },
    { ...proof, path: [digest.toUpperCase().replaceAll("0", "F")] },
    { ...proof, checkpoint: "x".repeat(4_097) },
    { ...proof, extra: 1 },
  ]) {
    t.throws(() => parseDocument(ReleaseProof, hostile, "proof"), { code: "FLM_SCHEMA" });
  }
  t.end();
});
