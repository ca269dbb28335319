import sodium from "libsodium-wrappers";
import { FlamencoError } from "../errors/index.js";
import { type AuditRecord, parseDocument, ReleaseProof } from "../wire/index.js";
import { canonicalJson } from "./canonical-json.js";
import { type Checkpoint, openCheckpoint } from "./checkpoint.js";
import { leafHash } from "./merkle-hash.js";
import { verifyInclusion } from "./merkle-proofs.js";

/** The release that a proof should be about. */
export interface ProvenRelease {
  readonly study: string;
  /** SHA-256 of the signed payload of the result. */
  readonly result: string;
  /** Key of the node that signed the result, and whose log it must be. */
  readonly keyId: string;
}

/** A proof that holds, and the state of the log that it was made at. */
export interface VerifiedProof {
  readonly proof: ReleaseProof;
  readonly checkpoint: Checkpoint;
}

/** Bytes of a record as the log hashes them: canonical JSON in UTF-8. */
export function recordBytes(record: AuditRecord): Uint8Array {
  return new TextEncoder().encode(canonicalJson(record));
}

/** Put a proof together, ready to travel. */
export function describeProof(record: AuditRecord, checkpoint: string, path: readonly Uint8Array[]): ReleaseProof {
  return { schema: "flamenco-release-proof/1", record, checkpoint, path: path.map((hash) => sodium.to_hex(hash)) };
}

/**
 * Open a proof that arrived from anywhere, in order: schema; the record is a release, of that study and of those signed
 * bytes; the checkpoint is signed by the node's key; the record stands in the log at its place.
 * @throws FLM_SCHEMA, FLM_AUDIT_PROOF, FLM_AUDIT_CHECKPOINT
 */
export function verifyReleaseProof(input: unknown, { study, result, keyId }: ProvenRelease): VerifiedProof {
  const proof = parseDocument(ReleaseProof, input, "log proof");
  const { record, path } = proof;
  const { entry } = record;
  if (entry.type !== "release" || entry.study !== study || entry.result !== result) {
    throw new FlamencoError("FLM_AUDIT_PROOF", "The log proof is about another release.");
  }
  const checkpoint = openCheckpoint(proof.checkpoint, keyId);
  verifyInclusion(
    { index: record.index, size: checkpoint.size, leaf: leafHash(recordBytes(record)), root: checkpoint.root },
    path.map((hash) => sodium.from_hex(hash)),
  );
  return { proof, checkpoint };
}
