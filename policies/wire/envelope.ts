import { type Static, Type } from "@sinclair/typebox";
import { closed, KeyId, Text } from "./primitives.js";

const Base64 = (maxLength: number) => Type.String({ pattern: "^[A-Za-z0-9+/]*={0,2}$", maxLength });

/** DSSE envelope (https://github.com/secure-systems-lab/dsse): a typed payload and signatures over its PAE. */
export const Envelope = Type.Object(
  {
    payloadType: Text(100),
    /** base64 of canonical JSON (RFC 8785). */
    payload: Base64(64 * 1024 * 1024),
    signatures: Type.Array(Type.Object({ keyid: KeyId, sig: Base64(88) }, closed), { minItems: 0, maxItems: 8 }),
  },
  closed,
);
export type Envelope = Static<typeof Envelope>;

/** Payload types of the documents that are signed. */
export const payloadTypes = Object.freeze({
  package: "application/vnd.in-toto+json",
  study: "application/vnd.flamenco.study.v1+json",
  run: "application/vnd.flamenco.run.v1+json",
  result: "application/vnd.flamenco.result.v1+json",
  node: "application/vnd.flamenco.node.v1+json",
});
