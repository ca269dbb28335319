import { isFlamencoError } from "@flamenco/policies/errors";
import { closed, ErrorDocument, Name, parseDocument, Study } from "@flamenco/policies/wire";
import { type TSchema, Type } from "@sinclair/typebox";
import t from "tap";
import { makeKey, makeStudy } from "../../support/signed-documents.js";

const alice = makeKey("alice");
const now = new Date("2026-01-01T00:00:00.000Z");
const study = () =>
  makeStudy(alice, {
    now,
    packages: [{ name: "alice/ports", version: "1.0.0", id: "0".repeat(64) }],
    targets: [{ node: "north", keyId: alice.keyId, dataset: "border" }],
  });

function refusalOf(schema: TSchema, value: unknown) {
  try {
    parseDocument(schema, value, "study");
  } catch (error) {
    if (isFlamencoError(error, "FLM_SCHEMA")) return error;
    throw error;
  }
  throw new Error("was accepted");
}

t.test("a document of its schema is returned as it is", (t) => {
  const document = study();
  t.equal(parseDocument(Study, document, "study"), document);
  t.end();
});

t.test("every wrong path is listed, and no value", (t) => {
  const secret = "10.1.2.3";
  const refusal = refusalOf(Study, {
    ...study(),
    title: 7,
    kind: secret,
    labelModel: secret,
    targets: [{ node: secret, keyId: secret, dataset: "border" }],
    surprise: secret,
  });
  const paths = refusal.details.map(({ at }) => at);
  for (const path of ["/title", "/kind", "/labelModel", "/targets/0/node", "/targets/0/keyId", "/surprise"]) {
    t.ok(paths.includes(path), path);
  }
  t.notMatch(JSON.stringify(refusal.toDocument()), /10\.1\.2\.3/);
  t.match(refusal.message, /^The study does not match its schema/);
  t.end();
});

t.test("a document with thousands of wrong places lists the first twenty", (t) => {
  const schema = Type.Array(Name);
  t.equal(refusalOf(schema, Array(5000).fill(1)).details.length, 20);
  t.end();
});

t.test("property names of any length that a sender chose leave the answer within its own schema", (t) => {
  const schema = Type.Object({}, closed);
  const refusal = refusalOf(schema, { ["x".repeat(10_000)]: 1 });
  t.ok(parseDocument(ErrorDocument, refusal.toDocument(), "error"));
  t.ok(refusal.message.length < 1000, "and do not flood whoever reads it");
  t.end();
});

t.test("names of the object prototype are unknown properties", (t) => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const text = JSON.stringify(study()).replace("{", `{"${name}":{},`);
    t.strictSame(
      refusalOf(Study, JSON.parse(text)).details.map(({ at }) => at),
      [`/${name}`],
    );
  }
  t.end();
});

t.test("numbers that JSON cannot carry are refused", (t) => {
  for (const seed of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 32, "7", null])
    refusalOf(Study, { ...study(), seed });
  t.end();
});
