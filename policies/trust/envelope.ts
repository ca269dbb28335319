import type { Static, TSchema } from "@sinclair/typebox";
import sodium from "libsodium-wrappers";
import { FlamencoError } from "../errors/index.js";
import { Envelope, parseDocument } from "../wire/index.js";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.js";
import { sha256 } from "./digest.js";
import { type SigningKey, sign, verifySignature } from "./keys.js";

/** Pre-authentication encoding of DSSE v1: what is signed, so that a payload of one type never passes for another. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(payloadType);
  const header = new TextEncoder().encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  return bytes;
}

/** Sign a document: canonical JSON, DSSE envelope, one signature a key. */
export function signDocument(payloadType: string, document: unknown, keys: readonly SigningKey[]): Envelope {
  const payload = new TextEncoder().encode(canonicalJson(document));
  const message = preAuthenticationEncoding(payloadType, payload);
  return {
    payloadType,
    payload: sodium.to_base64(payload, sodium.base64_variants.ORIGINAL),
    signatures: keys.map((key) => ({
      keyid: key.keyId,
      sig: sodium.to_base64(sign(key, message), sodium.base64_variants.ORIGINAL),
    })),
  };
}

/** A document whose every signature was checked. */
export interface VerifiedDocument<T> {
  readonly document: T;
  /** SHA-256 of the canonical payload. */
  readonly digest: string;
  /** Keys that signed, in the envelope's order, at least one. */
  readonly signers: readonly string[];
}

function fromBase64(text: string, what: string): Uint8Array {
  try {
    return sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  } catch (cause) {
    throw new FlamencoError("FLM_SCHEMA", `The ${what}'s envelope is not valid base64.`, { cause });
  }
}

/**
 * Open an envelope that arrived from anywhere. In order: shape, payload type, at least one signature, no key twice, every
 * signature, UTF-8, canonical form, schema. A single bad signature refuses the whole envelope.
 * @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_KEY_UNREADABLE, FLM_NOT_CANONICAL
 */
export function openEnvelope<T extends TSchema>(
  input: unknown,
  payloadType: string,
  schema: T,
  what: string,
): VerifiedDocument<Static<T>> {
  const envelope = parseDocument(Envelope, input, `${what}'s envelope`);
  if (envelope.payloadType !== payloadType) {
    throw new FlamencoError("FLM_SCHEMA", `The envelope does not hold a ${what}.`);
  }
  if (envelope.signatures.length === 0) throw new FlamencoError("FLM_UNSIGNED", `The ${what} carries no signature.`);
  if (new Set(envelope.signatures.map(({ keyid }) => keyid)).size !== envelope.signatures.length) {
    // Whoever counts signatures ("two of three reviewers") must not count one key twice.
    throw new FlamencoError("FLM_SCHEMA", `The ${what} is signed twice by one key.`);
  }
  const payload = fromBase64(envelope.payload, what);
  const message = preAuthenticationEncoding(payloadType, payload);
  for (const { keyid, sig } of envelope.signatures) {
    if (!verifySignature(keyid, message, fromBase64(sig, what))) {
      throw new FlamencoError(
        "FLM_SIGNATURE",
        `The signature of ${keyid} does not match the ${what}: it was altered, or signed by another key.`,
      );
    }
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch (cause) {
    throw new FlamencoError("FLM_NOT_CANONICAL", `The ${what} is not UTF-8.`, { cause });
  }
  const document = parseDocument(schema, parseCanonicalJson(text), what);
  return { document, digest: sha256(payload), signers: envelope.signatures.map(({ keyid }) => keyid) };
}

/** As `openEnvelope`, and the document must be signed by exactly the key that it names. */
export function openSignedBy<T extends TSchema>(
  input: unknown,
  payloadType: string,
  schema: T,
  what: string,
  signerOf: (document: Static<T>) => string,
): VerifiedDocument<Static<T>> {
  const opened = openEnvelope(input, payloadType, schema, what);
  const expected = signerOf(opened.document);
  if (opened.signers.length !== 1 || opened.signers[0] !== expected) {
    throw new FlamencoError("FLM_SIGNATURE", `The ${what} is not signed by the key that it names.`);
  }
  return opened;
}
