import { FlamencoError } from "@flamenco/policies/errors";

/** @throws FLM_USAGE for anything but the digest of a study */
export function parseDigest(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new FlamencoError(
    "FLM_USAGE",
    "A study is named by its digest, 64 hexadecimal digits; `flamenco study list` shows them.",
  );
}
