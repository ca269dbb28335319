import { type Static, Type } from "@sinclair/typebox";
import sodium from "libsodium-wrappers";
import { FlamencoError } from "../errors/index.js";
import { closed, KeyId, Name, parseDocument } from "../wire/index.js";
import { type SigningKey, signingKeyFromSeed } from "./keys.js";

/** A private key file: JSON, readable by its owner only (whoever writes it sets mode 0600). */
const KeyFile = Type.Object(
  {
    schema: Type.Literal("flamenco-key/1"),
    name: Name,
    keyId: KeyId,
    /** 32-byte Ed25519 seed, base64. */
    seed: Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" }),
  },
  closed,
);
type KeyFile = Static<typeof KeyFile>;

/** A new key from 32 bytes of the operating system's entropy, as the text of its file. */
export function formatKeyFile(name: string, seed: Uint8Array): string {
  const file: KeyFile = {
    schema: "flamenco-key/1",
    name,
    keyId: signingKeyFromSeed(name, seed).keyId,
    seed: sodium.to_base64(seed, sodium.base64_variants.ORIGINAL),
  };
  return `${JSON.stringify(parseDocument(KeyFile, file, "key"), null, 2)}\n`;
}

/** @throws FLM_KEY_UNREADABLE when the text is not a key file or its key id does not belong to its seed. */
export function parseKeyFile(text: string): SigningKey {
  let file: KeyFile;
  let seed: Uint8Array;
  try {
    file = parseDocument(KeyFile, JSON.parse(text), "key");
    seed = sodium.from_base64(file.seed, sodium.base64_variants.ORIGINAL);
  } catch {
    // No cause: the parser's message may repeat the file's text, which is a private key.
    throw new FlamencoError("FLM_KEY_UNREADABLE", "The file is not a Flamenco key.");
  }
  const key = signingKeyFromSeed(file.name, seed);
  if (key.keyId !== file.keyId)
    throw new FlamencoError("FLM_KEY_UNREADABLE", "The key file's key id does not belong to its seed.");
  return key;
}
