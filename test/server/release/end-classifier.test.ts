import type { EndClassifierFit, Metrics, Scores, Study } from "@flamenco/policies/wire";
import { releaseOutputs } from "@flamenco/server";
import t from "tap";
import { makeKey } from "../../support/signed-documents.js";
import { addDataset, makeFlows, makePackage } from "../../support/study-material.js";
import { verifyStudy } from "../../support/verified-study.js";

const now = new Date("2026-03-01T12:00:00.000Z");
const [alice, node] = [makeKey("alice"), makeKey("worf")];
const basics = makePackage(alice);
const border = await addDataset(t.testdir(), "border", makeFlows(30));

const verify = (change: Partial<Study>) =>
  verifyStudy({ outputs: ["metrics"], ...change }, { author: alice, node, material: basics, dataset: border, now });

const asking = await verify({ endClassifier: { model: "lstm", units: 8 } });
const silent = await verify({});

const scores = (right: number): Scores => ({
  confusion: [
    [right, 0, 0],
    [0, right, 0],
  ],
  coverage: 1,
  precision: [1, 1],
  recall: [1, 1],
  f1: [1, 1],
  positiveF1: 1,
  macroF1: 1,
  accuracy: 1,
  reasons: [],
});
const fit: EndClassifierFit = {
  model: "lstm",
  backend: "wasm",
  features: ["srcPort", "averagePacketSize"],
  steps: 10,
  trainingRows: 18,
  testRows: 4,
};
const metrics: Metrics = {
  split: "test",
  rows: 6,
  labelModel: scores(3),
  tree: scores(3),
  endClassifier: scores(2),
  endClassifierFit: fit,
  predictors: ["labelModel", "endClassifier"],
  differences: [
    [0, 0.25],
    [0.25, 0],
  ],
  labelModelTreeDifference: 0,
  reasons: [],
};
const release = (change: Partial<Metrics>, by = asking) =>
  releaseOutputs(
    by,
    { rows: 30, outputs: { metrics: { ...metrics, ...change } }, startedAt: now, finishedAt: now },
    node,
  );

t.test("scores of the end classifier that was asked for are released", (t) => {
  t.match(JSON.parse(release({}).text), { payloadType: String });
  t.end();
});

t.test("an end classifier that says more than its scores is stopped", (t) => {
  const { endClassifierFit: _, ...unsaid } = metrics;
  const wrong: [what: string, change: Partial<Metrics>][] = [
    ["an address as a column", { endClassifierFit: { ...fit, features: ["198.51.100.7"] } }],
    ["a private field as a column that is none", { endClassifierFit: { ...fit, features: ["__truth"] } }],
    ["another model", { endClassifierFit: { ...fit, model: "mlp" } }],
    ["other sequences", { endClassifierFit: { ...fit, steps: 11 } }],
    ["more training rows than there are", { endClassifierFit: { ...fit, trainingRows: 27 } }],
    ["more test rows than there are", { endClassifierFit: { ...fit, testRows: 7 } }],
    ["scores of more rows than it predicted", { endClassifier: scores(3) }],
    ["weights beside it", { endClassifierFit: { ...fit, weights: [1.5] } as EndClassifierFit }],
    ["a backend that is none", { endClassifierFit: { ...fit, backend: "10.0.0.7" as "wasm" } }],
  ];
  for (const [what, change] of wrong) {
    t.throws(() => release(change), { code: /FLM_WORKER_PROTOCOL|FLM_SCHEMA/ }, what);
  }
  t.throws(
    () => releaseOutputs(asking, { rows: 30, outputs: { metrics: unsaid }, startedAt: now, finishedAt: now }, node),
    { code: "FLM_WORKER_PROTOCOL" },
    "scores of nobody",
  );
  t.throws(() => release({}, silent), { code: "FLM_WORKER_PROTOCOL" }, "one that was not asked for");
  t.end();
});
