import { type Static, Type } from "@sinclair/typebox";
import { closed, Digest, Instant, KeyId, Name, OrNull, oneOf, Text } from "./primitives.js";
import { PresetName } from "./study.js";

/** Ids of the access policies that decided, sorted. */
const DecidingPolicies = Type.Array(Text(200), { maxItems: 200 });

/** A dataset version: a name that the node announces anyway, and the digest of the manifest. Never its rows, nor how many. */
const LoggedDataset = Type.Object({ name: Name, version: Digest }, closed);

/** Budget of zero-concentrated differential privacy, in millionths of ρ: whole, so that sums are exact. */
export const MicroRho = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The access policies said whether a study may run, or its outputs leave. */
const DecisionEntry = Type.Object(
  {
    type: Type.Literal("decision"),
    study: Digest,
    author: KeyId,
    action: oneOf(["run", "readStatistics", "release"]),
    decision: oneOf(["allow", "deny"]),
    policies: DecidingPolicies,
    /** The policy set that was asked. */
    policySet: Digest,
    dataset: LoggedDataset,
  },
  closed,
);

/** Budget was set aside for a request, before any noise was drawn. It is never given back. */
const ReservationEntry = Type.Object(
  {
    type: Type.Literal("reservation"),
    /** Names the reservation: the canonical digest of what was asked of the dataset version. */
    request: Digest,
    /** The study that asked; null where the node asks for itself. */
    study: OrNull(Digest),
    /** Who is charged besides the dataset; null as above. */
    collaborator: OrNull(KeyId),
    dataset: LoggedDataset,
    microRho: MicroRho,
  },
  closed,
);

/** A result was made, signed and stored, and may leave. */
const ReleaseEntry = Type.Object(
  {
    type: Type.Literal("release"),
    study: Digest,
    /** SHA-256 of the signed payload of the result's envelope. */
    result: Digest,
    dataset: LoggedDataset,
    preset: PresetName,
    policies: DecidingPolicies,
  },
  closed,
);

/** A run ended without a release. The code is all that is said: a message could tell of the data. */
const RefusalEntry = Type.Object(
  {
    type: Type.Literal("refusal"),
    study: Digest,
    state: oneOf(["refused", "failed", "cancelled", "expired"]),
    code: Type.String({ pattern: "^FLM_[A-Z0-9_]{1,60}$" }),
  },
  closed,
);

/** The access policies in force, at the start of the node and whenever they change. */
const PoliciesEntry = Type.Object({ type: Type.Literal("policies"), policySet: Digest }, closed);

/** A dataset version was seen for the first time. */
const DatasetEntry = Type.Object({ type: Type.Literal("dataset"), dataset: LoggedDataset }, closed);

/** A person decided on a run that waited for approval. */
const ApprovalEntry = Type.Object(
  {
    type: Type.Literal("approval"),
    study: Digest,
    verdict: oneOf(["approved", "denied"]),
    /** Who, as the operator's command was told. */
    by: Text(200),
    /** Digest of the document that was shown to the reviewer: the approval covers that and nothing else. */
    shown: Digest,
  },
  closed,
);

/**
 * What a node's audit log records. A closed union of digests, names, deciding policies and movements of the budget: there
 * is no place in it for a count, a noise value or a row.
 */
export const AuditEntry = Type.Union([
  DecisionEntry,
  ReservationEntry,
  ReleaseEntry,
  RefusalEntry,
  PoliciesEntry,
  DatasetEntry,
  ApprovalEntry,
]);
export type AuditEntry = Static<typeof AuditEntry>;
export type AuditEntryType = AuditEntry["type"];

/** Every type of entry, in the order in which a run meets them. */
export const auditEntryTypes: readonly AuditEntryType[] = Object.freeze([
  "policies",
  "dataset",
  "decision",
  "approval",
  "reservation",
  "release",
  "refusal",
]);

/** Place in the log, from 0. */
export const LogIndex = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** One leaf of the log: its canonical JSON (RFC 8785) is what is hashed. */
export const AuditRecord = Type.Object(
  {
    schema: Type.Literal("flamenco-audit/1"),
    /** Its place, so that a record that was moved says where it stood. */
    index: LogIndex,
    /** When the log took it, by the node's clock. */
    at: Instant,
    entry: AuditEntry,
  },
  closed,
);
export type AuditRecord = Static<typeof AuditRecord>;

/**
 * Record an entry. It is on the disk when this resolves; what follows from it may be done then, not before. An entry that
 * says the same as the latest one about the same thing is not written twice, so that a step repeated after a crash leaves
 * one entry.
 * @throws FLM_AUDIT_BROKEN, FLM_DISK_FULL: nothing may follow then.
 */
export type RecordAudit = (entry: AuditEntry) => Promise<void>;

/** Longest path of a Merkle proof that is read: a tree of 2^53 - 1 leaves needs 53 hashes. */
export const maxProofHashes = 64;

/** Longest checkpoint that is read, in characters. */
export const maxCheckpointCharacters = 4_096;

/**
 * Proof that a release stands in the log of the node that made it. It travels beside the result, which stays the bytes that
 * were signed.
 */
export const ReleaseProof = Type.Object(
  {
    schema: Type.Literal("flamenco-release-proof/1"),
    /** Holds its index. */
    record: AuditRecord,
    /** Signed note of the log's size and root (c2sp.org/tlog-checkpoint). */
    checkpoint: Text(maxCheckpointCharacters),
    /** Inclusion path, from the leaf's sibling up (RFC 6962 section 2.1.1). */
    path: Type.Array(Digest, { maxItems: maxProofHashes }),
  },
  closed,
);
export type ReleaseProof = Static<typeof ReleaseProof>;
