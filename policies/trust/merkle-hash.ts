import { createHash } from "node:crypto";

/** Bytes of a SHA-256. */
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

/** Hash of a leaf (RFC 6962 section 2.1): SHA-256(0x00 || data). The prefix keeps a leaf from passing for a node. */
export function leafHash(data: Uint8Array): Uint8Array {
  return hash(leafPrefix, data);
}

/** Hash of an inner node (RFC 6962 section 2.1): SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(nodePrefix, left, right);
}

/** Root of the tree without leaves (RFC 6962 section 2.1): the hash of nothing. */
export function emptyRoot(): Uint8Array {
  return hash();
}

/** True when two hashes are the same. Hashes are public: the time that this takes tells nothing. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
