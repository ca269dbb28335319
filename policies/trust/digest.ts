import { createHash } from "node:crypto";
import sodium from "libsodium-wrappers";
import { canonicalJson } from "./canonical-json.js";

/** libsodium is WebAssembly and loads asynchronously; services await this once at start. */
export const sodiumReady: Promise<void> = sodium.ready;

/** SHA-256 (FIPS 180-4) of bytes or of UTF-8 text, 64 lower-case hexadecimal digits. libsodium's small build has none. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of the canonical JSON of a value: the name of a manifest, a study, a dataset version. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
