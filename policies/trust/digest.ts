import sodium from "libsodium-wrappers";
import { canonicalJson } from "./canonical-json.js";

/** libsodium is WebAssembly and loads asynchronously; services await this once at start. */
export const sodiumReady: Promise<void> = sodium.ready;

/** SHA-256 of bytes or of UTF-8 text, 64 lower-case hexadecimal digits. */
export function sha256(data: Uint8Array | string): string {
  return sodium.to_hex(sodium.crypto_hash_sha256(data));
}

/** SHA-256 of the canonical JSON of a value: the name of a manifest, a study, a dataset version. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
