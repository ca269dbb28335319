import { openSignedBy } from "@flamenco/policies/trust";
import { type AuditEntry, payloadTypes, type ReleaseProof, Result } from "@flamenco/policies/wire";
import type { AuditLog } from "./audit-log.js";

/** Policies that an entry names at most, the first of them by name: the result names all. */
const POLICIES = 100;

/**
 * Record a release, before it leaves: the digest of what was signed, never what it says. However often this is repeated, by
 * a node that was killed in between or sends again, there is one entry of one release.
 * @param text the signed envelope, as it is stored and sent
 * @returns the proof that travels beside it
 * @throws FLM_AUDIT_BROKEN, FLM_DISK_FULL: the release must not leave then
 */
export async function recordRelease(log: Pick<AuditLog, "append" | "proofOf">, text: string): Promise<ReleaseProof> {
  return log.proofOf(await log.append(describeRelease(text)));
}

/** @throws FLM_SIGNATURE, FLM_SCHEMA, FLM_NOT_CANONICAL when the text is no result that a node signed */
function describeRelease(text: string): AuditEntry {
  const { document, digest } = openSignedBy(
    JSON.parse(text),
    payloadTypes.result,
    Result,
    "release",
    ({ keyId }) => keyId,
  );
  const { study, dataset, release } = document;
  return {
    type: "release",
    study,
    result: digest,
    dataset: { name: dataset.name, version: dataset.version },
    preset: release.preset,
    policies: [...new Set(release.policies)].sort().slice(0, POLICIES),
  };
}
