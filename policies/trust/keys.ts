import sodium from "libsodium-wrappers";
import { FlamencoError } from "../errors/index.js";

/** A signing key in memory. `keyId` is the public key itself (`ed25519:` + base64url), so nothing has to be looked up. */
export interface SigningKey {
  readonly name: string;
  readonly keyId: string;
  /** 64 bytes, libsodium's form (seed and public key). */
  readonly secretKey: Uint8Array;
}

const PREFIX = "ed25519:";
const base64url = () => sodium.base64_variants.URLSAFE_NO_PADDING;

/** Key id of a raw 32-byte public key. */
export function keyIdOf(publicKey: Uint8Array): string {
  return PREFIX + sodium.to_base64(publicKey, base64url());
}

/** @throws FLM_KEY_UNREADABLE when the key id is not an Ed25519 public key. */
export function publicKeyOf(keyId: string): Uint8Array {
  if (keyId.startsWith(PREFIX)) {
    try {
      const bytes = sodium.from_base64(keyId.slice(PREFIX.length), base64url());
      if (bytes.length === sodium.crypto_sign_PUBLICKEYBYTES && keyIdOf(bytes) === keyId) return bytes;
    } catch {
      // falls through to the coded error
    }
  }
  throw new FlamencoError("FLM_KEY_UNREADABLE", "Not an Ed25519 key id.");
}

/** A signing key from its 32-byte seed. */
export function signingKeyFromSeed(name: string, seed: Uint8Array): SigningKey {
  if (seed.length !== sodium.crypto_sign_SEEDBYTES) {
    throw new FlamencoError("FLM_KEY_UNREADABLE", "An Ed25519 seed has 32 bytes.");
  }
  const pair = sodium.crypto_sign_seed_keypair(seed);
  return { name, keyId: keyIdOf(pair.publicKey), secretKey: pair.privateKey };
}

/** Detached signature of bytes. */
export function sign(key: SigningKey, message: Uint8Array): Uint8Array {
  return sodium.crypto_sign_detached(message, key.secretKey);
}

/** True when `signature` is `keyId`'s signature of the bytes. @throws FLM_KEY_UNREADABLE */
export function verifySignature(keyId: string, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== sodium.crypto_sign_BYTES) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKeyOf(keyId));
}
