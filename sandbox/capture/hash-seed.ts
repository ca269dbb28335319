import { randomBytes } from "node:crypto";

/** 32 bits that the author of a capture cannot know, for the hashes of a flow table. No result depends on them. */
export function hashSeed(): number {
  return randomBytes(4).readInt32LE(0);
}
