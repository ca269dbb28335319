import { createStudy, verifyResult } from "@flamenco/client";
import { signDocument } from "@flamenco/policies/trust";
import { payloadTypes, type Result } from "@flamenco/policies/wire";
import t from "tap";
import { makeKey, task } from "../support/signed-documents.js";
import { makeFullResult, makeOutputs } from "./support/results.js";

const north = makeKey("north");
const signed = await createStudy(
  {
    title: "Two networks",
    task,
    kind: "flow/1",
    packages: [{ name: "alice/ports", version: "1.0.0", id: "1".repeat(64) }],
    targets: [{ node: "north", keyId: north.keyId, dataset: "border" }],
  },
  makeKey("alice"),
);
const sign = (result: Result, key = north) => signDocument(payloadTypes.result, result, [key]);
const good = makeFullResult(north, signed.digest);

t.test("a result that answers the study is opened", async (t) => {
  t.strictSame((await verifyResult(sign(good), signed)).result, good);
});

t.test("a result signed by anyone but the node that it names is refused", async (t) => {
  const mallory = makeKey("mallory");
  await t.rejects(verifyResult(sign(good, mallory), signed), { code: "FLM_SIGNATURE" });
  await t.rejects(verifyResult(sign({ ...good, keyId: mallory.keyId }, mallory), signed), {
    code: "FLM_RESULT_MISMATCH",
    message: /was not asked/,
  });
  await t.rejects(verifyResult({ ...sign(good), signatures: [] }, signed), { code: "FLM_UNSIGNED" });
  await t.rejects(verifyResult(signDocument(payloadTypes.study, good, [north]), signed), { code: "FLM_SCHEMA" });
});

t.test("a bit that was changed on the way is noticed", async (t) => {
  const envelope = sign(good);
  const altered = Buffer.from(envelope.payload, "base64").toString("utf8").replace('"rows":10', '"rows":11');
  await t.rejects(verifyResult({ ...envelope, payload: Buffer.from(altered).toString("base64") }, signed), {
    code: "FLM_SIGNATURE",
  });
});

t.test("a result of another question is refused, with what differs", async (t) => {
  const outputs = makeOutputs();
  const line = outputs.analysis.lfs[0]!;
  const { metrics: _, ...withoutMetrics } = outputs;
  const cases: [RegExp, Partial<Result>][] = [
    [/another study/, { study: "0".repeat(64) }],
    [/another name/, { node: "south" }],
    [/another dataset/, { dataset: { ...good.dataset, name: "core" } }],
    [/another kind/, { dataset: { ...good.dataset, kind: "rtt/1" } }],
    [/another preset/, { release: { ...good.release, preset: "strict" } }],
    [/lacks metrics/, { outputs: withoutMetrics }],
    [
      /labeling function that was not sent/,
      { outputs: { ...outputs, analysis: { ...outputs.analysis, lfs: [{ ...line, lf: "mallory/x@1.0.0#f" }] } } },
    ],
    [
      /label that the task does not have/,
      { outputs: { ...outputs, analysis: { ...outputs.analysis, lfs: [{ ...line, polarity: ["other"] }] } } },
    ],
    [/do not fit/, { outputs: { ...outputs, labelModel: { ...outputs.labelModel, weights: [0.5, 0.5] } } }],
    [/do not fit/, { outputs: { ...outputs, analysis: { ...outputs.analysis, agreement: [] } } }],
    [
      /do not fit/,
      { outputs: { ...outputs, metrics: { ...outputs.metrics, tree: { ...outputs.metrics.tree!, f1: [1] } } } },
    ],
    [
      /labeling function that was not sent/,
      { outputs: { ...outputs, tree: { ...outputs.tree, order: [{ lf: "x", importance: null }] } } },
    ],
    [
      /label that the task does not have/,
      { outputs: { ...outputs, tree: { ...outputs.tree, tree: { nodes: [{ type: "leaf", label: "other" }] } } } },
    ],
  ];
  for (const [message, changes] of cases) {
    await t.rejects(
      verifyResult(sign({ ...good, ...changes }), signed),
      { code: "FLM_RESULT_MISMATCH", message },
      String(message),
    );
  }
});

t.test("a result with more than was asked for is refused", async (t) => {
  const narrow = { ...signed, study: { ...signed.study, outputs: ["analysis" as const] } };
  await t.rejects(verifyResult(sign(good), narrow), { code: "FLM_RESULT_MISMATCH", message: /not asked for/ });
});

t.test("a tree that runs in circles is refused", async (t) => {
  const outputs = makeOutputs();
  for (const [yes, no] of [
    [0, 1],
    [1, 0],
    [1, 9],
  ] as const) {
    const nodes = [
      { type: "test" as const, condition: "x", fields: [], yes, no },
      { type: "leaf" as const, label: null },
    ];
    const result = { ...good, outputs: { ...outputs, tree: { ...outputs.tree, tree: { nodes } } } };
    await t.rejects(verifyResult(sign(result), signed), { code: "FLM_RESULT_MISMATCH", message: /not a tree/ });
  }
});
