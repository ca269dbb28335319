import sodium from "libsodium-wrappers";
import { maxCheckpointCharacters } from "../wire/index.js";
import { keyIdOf, publicKeyOf, type SigningKey } from "./keys.js";
import { hashBytes } from "./merkle-hash.js";
import { openNote, refuseCheckpoint, signNote } from "./signed-note.js";

/** What a log says of itself at one moment. */
export interface Checkpoint {
  /** Identity of the log. */
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** Root of their Merkle tree, 32 bytes. */
  readonly root: Uint8Array;
}

const originPrefix = "flamenco-audit/";
/** 32 bytes in base64 whose unused bits are zero: a root has one spelling. */
const checkpointText = /^([^\n]{1,200})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\n$/u;

/**
 * Name of a node's audit log, and of the key in its checkpoints: made of the node's public key, so that whoever knows the
 * key knows the log.
 * @throws FLM_KEY_UNREADABLE
 */
export function auditOriginOf(keyId: string): string {
  publicKeyOf(keyId);
  return originPrefix + keyId.slice(keyId.indexOf(":") + 1);
}

/**
 * Key id of the node from whose audit log a checkpoint is said to come. Nothing is verified yet.
 * @throws FLM_AUDIT_CHECKPOINT
 */
export function signerOfCheckpoint(note: string): string {
  const [origin = ""] = note.slice(0, maxCheckpointCharacters).split("\n", 1);
  if (!origin.startsWith(originPrefix)) throw refuseCheckpoint("it is not one of a node's audit log");
  try {
    return keyIdOf(publicKeyOf(`ed25519:${origin.slice(originPrefix.length)}`));
  } catch (cause) {
    throw refuseCheckpoint("its first line does not name a key", cause);
  }
}

/**
 * Sign the state of a log as a checkpoint (c2sp.org/tlog-checkpoint). Its text begins with the origin and a DSSE message
 * with `DSSEv1`, so that a signature of one never passes for one of the other.
 */
export function signCheckpoint({ size, root }: Omit<Checkpoint, "origin">, key: SigningKey): string {
  const origin = auditOriginOf(key.keyId);
  const encoded = sodium.to_base64(root, sodium.base64_variants.ORIGINAL);
  return signNote(`${origin}\n${size}\n${encoded}\n`, origin, key);
}

/**
 * Open a checkpoint that arrived from anywhere: the signature of the node whose log it should be, then form and origin.
 * @throws FLM_AUDIT_CHECKPOINT
 */
export function openCheckpoint(note: string, keyId: string): Checkpoint {
  if (note.length > maxCheckpointCharacters) {
    throw refuseCheckpoint(`it is longer than ${maxCheckpointCharacters} characters`);
  }
  const expected = auditOriginOf(keyId);
  const [, origin = "", digits = "", encoded = ""] = checkpointText.exec(openNote(note, expected, keyId)) ?? [];
  if (origin !== expected) throw refuseCheckpoint("it is not an origin, a size and a root of this node's log");
  const size = Number(digits);
  const root = sodium.from_base64(encoded, sodium.base64_variants.ORIGINAL);
  if (!Number.isSafeInteger(size) || root.length !== hashBytes) throw refuseCheckpoint("no log has its size or root");
  return { origin, size, root };
}
