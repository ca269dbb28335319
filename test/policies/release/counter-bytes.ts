import { createHash } from "node:crypto";
import type { ByteSource } from "@flamenco/policies/release";

/** Bytes that look random and are the same in every run: SHA-256 of a counter. */
export function counterBytes(seed: string): ByteSource {
  let block = 0;
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let start = 0; start < count; start += 32) {
      const digest = createHash("sha256").update(`${seed}:${block++}`).digest();
      bytes.set(digest.subarray(0, Math.min(32, count - start)), start);
    }
    return bytes;
  };
}
