import { canonicalJson, digestOf } from "@flamenco/policies/trust";
import { Count, closed, Digest, Envelope, Instant, KeyId, ReleaseProof } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";

/** Bytes of the object store that an entry stands on. */
const StoredObject = { object: Digest, bytes: Count };

/** What happened. Small signed documents stand in the journal itself, large ones in the object store. */
export const JournalBody = Type.Union([
  Type.Object({ type: Type.Literal("package"), ...StoredObject }, closed),
  Type.Object({ type: Type.Literal("node"), envelope: Envelope }, closed),
  Type.Object({ type: Type.Literal("study"), envelope: Envelope }, closed),
  Type.Object({ type: Type.Literal("run"), envelope: Envelope }, closed),
  Type.Object({ type: Type.Literal("result"), ...StoredObject, study: Digest, keyId: KeyId, digest: Digest }, closed),
  Type.Object({ type: Type.Literal("proof"), study: Digest, keyId: KeyId, proof: ReleaseProof }, closed),
]);
export type JournalBody = Static<typeof JournalBody>;

/** One line of the journal. `hash` covers the entry, and through `previous` every entry before it. */
export const JournalEntry = Type.Object(
  {
    sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    /** When the registry accepted it, by the registry's clock. */
    at: Instant,
    previous: Digest,
    body: JournalBody,
    hash: Digest,
  },
  closed,
);
export type JournalEntry = Static<typeof JournalEntry>;

/** `previous` of the first entry. */
export const journalStart = "0".repeat(64);

/** SHA-256 of the canonical entry without its `hash`. */
export function hashEntry({ hash: _, ...rest }: JournalEntry): string {
  return digestOf(rest);
}

/** The entry that follows. */
export function chainEntry(last: Pick<JournalEntry, "sequence" | "hash">, at: string, body: JournalBody): JournalEntry {
  const entry = { sequence: last.sequence + 1, at, previous: last.hash, body };
  return { ...entry, hash: digestOf(entry) };
}

/** An entry as a line. Canonical JSON escapes line breaks, so a line ends only where an entry does. */
export function formatEntry(entry: JournalEntry): Buffer {
  return Buffer.from(`${canonicalJson(entry)}\n`, "utf8");
}
