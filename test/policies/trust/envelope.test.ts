import { createPublicKey, verify } from "node:crypto";
import {
  openEnvelope,
  openSignedBy,
  preAuthenticationEncoding,
  sha256,
  sign,
  signDocument,
} from "@flamenco/policies/trust";
import { closed, type Envelope, KeyId } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";

const Note = Type.Object({ author: KeyId, text: Type.String() }, closed);
const noteType = "application/vnd.test.note+json";
const alice = makeKey("alice");
const mallory = makeKey("mallory");
const note = { author: alice.keyId, text: "hello" };
const signed = () => signDocument(noteType, note, [alice]);
const open = (envelope: unknown) => openEnvelope(envelope, noteType, Note, "note");

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const decode = (text: string) => Buffer.from(text, "base64").toString("utf8");
/** An envelope with a true signature over any payload bytes. */
const signBytes = (payload: Uint8Array, payloadType = noteType): Envelope => ({
  payloadType,
  payload: base64(payload),
  signatures: [{ keyid: alice.keyId, sig: base64(sign(alice, preAuthenticationEncoding(payloadType, payload))) }],
});

t.test("the published test vector of DSSE verifies over our encoding", (t) => {
  // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#test-vectors (ECDSA P-256, SHA-256)
  const payload = Buffer.from("aGVsbG8gd29ybGQ=", "base64");
  const encoded = preAuthenticationEncoding("http://example.com/HelloWorld", payload);
  t.equal(Buffer.from(encoded).toString(), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  const coordinate = (decimal: string) =>
    Buffer.from(BigInt(decimal).toString(16).padStart(64, "0"), "hex").toString("base64url");
  const key = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: coordinate("46950820868899156662930047687818585632848591499744589407958293238635476079160"),
      y: coordinate("5640078356564379163099075877009565129882514886557779369047442380624545832820"),
    },
  });
  const signature = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==";
  t.ok(verify("sha256", encoded, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64")));
  t.end();
});

t.test("lengths in the encoding are bytes, not characters", (t) => {
  t.equal(Buffer.from(preAuthenticationEncoding("é", Buffer.from("€"))).toString(), "DSSEv1 2 é 3 €");
  t.end();
});

t.test("what was signed is what is opened", (t) => {
  const { document, digest, signers } = open(signed());
  t.strictSame(document, note);
  t.strictSame(signers, [alice.keyId]);
  t.equal(digest, sha256(decode(signed().payload)));
  t.strictSame(open(signDocument(noteType, note, [mallory, alice])).signers, [mallory.keyId, alice.keyId]);
  t.end();
});

t.test("every altered part of an envelope is refused", (t) => {
  const good = signed();
  const [first] = good.signatures;
  if (first === undefined) throw new Error("no signature");
  const altered: [attack: string, code: string, envelope: unknown][] = [
    ["another text", "FLM_SIGNATURE", { ...good, payload: base64(decode(good.payload).replace("hello", "jello")) }],
    ["one byte more", "FLM_SIGNATURE", { ...good, payload: base64(`${decode(good.payload)} `) }],
    ["no payload", "FLM_SIGNATURE", { ...good, payload: "" }],
    ["another type, as it says", "FLM_SCHEMA", { ...good, payloadType: "application/vnd.flamenco.study.v1+json" }],
    [
      "another type, as it was signed",
      "FLM_SIGNATURE",
      { ...signBytes(Buffer.from(decode(good.payload)), "text/plain"), payloadType: noteType },
    ],
    ["another key's id", "FLM_SIGNATURE", { ...good, signatures: [{ ...first, keyid: mallory.keyId }] }],
    [
      "a changed signature",
      "FLM_SIGNATURE",
      {
        ...good,
        signatures: [
          {
            ...first,
            sig: `A${first.sig.slice(1)}` === first.sig ? `B${first.sig.slice(1)}` : `A${first.sig.slice(1)}`,
          },
        ],
      },
    ],
    ["a short signature", "FLM_SIGNATURE", { ...good, signatures: [{ ...first, sig: "AAAA" }] }],
    ["an empty signature", "FLM_SIGNATURE", { ...good, signatures: [{ ...first, sig: "" }] }],
    [
      "one good and one bad signature",
      "FLM_SIGNATURE",
      { ...good, signatures: [first, { keyid: mallory.keyId, sig: first.sig }] },
    ],
    ["one key twice", "FLM_SCHEMA", { ...good, signatures: [first, first] }],
    ["no signature", "FLM_UNSIGNED", { ...good, signatures: [] }],
    ["nine signatures", "FLM_SCHEMA", { ...good, signatures: Array(9).fill(first) }],
    [
      "a key id that is no key",
      "FLM_KEY_UNREADABLE",
      { ...good, signatures: [{ ...first, keyid: `ed25519:${"_".repeat(43)}` }] },
    ],
    ["an unknown property", "FLM_SCHEMA", { ...good, unsigned: true }],
    ["an unknown property of a signature", "FLM_SCHEMA", { ...good, signatures: [{ ...first, cert: "x" }] }],
    ["nothing", "FLM_SCHEMA", undefined],
    ["null", "FLM_SCHEMA", null],
    ["text", "FLM_SCHEMA", "x"],
    ["a list", "FLM_SCHEMA", [good]],
  ];
  for (const [attack, code, envelope] of altered) t.throws(() => open(envelope), { code }, attack);
  t.end();
});

t.test("base64 that is not the one form of its bytes is refused", (t) => {
  const good = signed();
  const payload = base64("a");
  t.equal(payload, "YQ==");
  for (const wrong of ["YQ", "YQ=", "YR==", "YQ==YQ==", "Y Q==", "YQ==\n", "-_==", "=", "===="]) {
    t.throws(() => open({ ...good, payload: wrong }), { code: "FLM_SCHEMA" }, JSON.stringify(wrong));
    t.throws(
      () => open({ ...good, signatures: [{ keyid: alice.keyId, sig: wrong }] }),
      { code: "FLM_SCHEMA" },
      `signature ${JSON.stringify(wrong)}`,
    );
  }
  t.end();
});

t.test("a truly signed payload that is not canonical, not UTF-8 or not of the schema is refused", (t) => {
  const text = decode(signed().payload);
  const payloads: [attack: string, code: string, payload: Uint8Array][] = [
    ["a key twice", "FLM_NOT_CANONICAL", Buffer.from(text.replace("}", ',"text":"hello"}'))],
    ["spaces", "FLM_NOT_CANONICAL", Buffer.from(text.replace(":", ": "))],
    ["a byte-order mark", "FLM_NOT_CANONICAL", Buffer.from(`\ufeff${text}`)],
    ["a lone surrogate", "FLM_NOT_CANONICAL", Buffer.from(text.replace("hello", "\\ud800"))],
    ["bytes that are not UTF-8", "FLM_NOT_CANONICAL", Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
    [
      "an overlong encoding",
      "FLM_NOT_CANONICAL",
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ],
    ["an unknown property", "FLM_SCHEMA", Buffer.from(text.replace("}", ',"zebra":1}'))],
    ["a missing property", "FLM_SCHEMA", Buffer.from('{"text":"hello"}')],
  ];
  for (const [attack, code, payload] of payloads) t.throws(() => open(signBytes(payload)), { code }, attack);
  t.strictSame(open(signBytes(Buffer.from(text))).document, note, "the same way with nothing wrong is accepted");
  t.end();
});

t.test("a document that names its signer is signed by that key and no other", (t) => {
  const openOwn = (envelope: unknown) => openSignedBy(envelope, noteType, Note, "note", ({ author }) => author);
  t.strictSame(openOwn(signed()).document, note);
  t.throws(() => openOwn(signDocument(noteType, note, [mallory])), { code: "FLM_SIGNATURE" }, "signed by another");
  t.throws(
    () => openOwn(signDocument(noteType, note, [alice, mallory])),
    { code: "FLM_SIGNATURE" },
    "signed by one more",
  );
  t.end();
});
