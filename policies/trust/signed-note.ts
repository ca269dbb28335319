import { createHash } from "node:crypto";
import sodium from "libsodium-wrappers";
import { FlamencoError } from "../errors/index.js";
import { publicKeyOf, type SigningKey, sign, verifySignature } from "./keys.js";

const ed25519Type = 0x01;
const keyHashBytes = 4;
const signatureLine = /^— ([^\s+]{1,200}) ([A-Za-z0-9+/]{1,200}={0,2})$/u;

/** The first four bytes of SHA-256(name || newline || type || public key): tells keys of one name apart. */
function keyHash(name: string, keyId: string): Uint8Array {
  const hash = createHash("sha256").update(`${name}\n`).update(Uint8Array.of(ed25519Type)).update(publicKeyOf(keyId));
  return new Uint8Array(hash.digest().subarray(0, keyHashBytes));
}

/**
 * Sign text as a note (c2sp.org/signed-note) with one Ed25519 signature.
 * @param text lines, each ended by a newline
 * @param name of the key in the signature line: no spaces, no plus
 */
export function signNote(text: string, name: string, key: SigningKey): string {
  const signature = sign(key, new TextEncoder().encode(text));
  const bytes = new Uint8Array([...keyHash(name, key.keyId), ...signature]);
  return `${text}\n— ${name} ${sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL)}\n`;
}

/**
 * Text of a note that the named key signed. Signatures of other keys are left aside, as the specification demands, so that
 * witnesses may add theirs; one of this key that does not hold refuses the note.
 * @throws FLM_AUDIT_CHECKPOINT
 */
export function openNote(note: string, name: string, keyId: string): string {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw refuseCheckpoint("it is not a signed note");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (!lines.map((line) => isSignedBy(line, text, name, keyId)).includes(true)) {
    throw refuseCheckpoint("the expected key did not sign it");
  }
  return text;
}

/** True for the key's signature, false for another key's. */
function isSignedBy(line: string, text: string, name: string, keyId: string): boolean {
  const [, signer = "", encoded = ""] = signatureLine.exec(line) ?? [];
  if (signer === "") throw refuseCheckpoint("a line of it is no signature");
  const bytes = fromBase64(encoded);
  if (signer !== name || !keyHash(name, keyId).every((byte, index) => bytes[index] === byte)) return false;
  if (!verifySignature(keyId, new TextEncoder().encode(text), bytes.subarray(keyHashBytes))) {
    throw refuseCheckpoint("its signature does not match: it was altered, or signed by another key");
  }
  return true;
}

function fromBase64(text: string): Uint8Array {
  try {
    return sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  } catch (cause) {
    throw refuseCheckpoint("it holds odd base64", cause);
  }
}

/** Why a checkpoint is not believed. */
export function refuseCheckpoint(why: string, cause?: unknown): FlamencoError {
  return new FlamencoError("FLM_AUDIT_CHECKPOINT", `The checkpoint is refused: ${why}.`, { cause });
}
