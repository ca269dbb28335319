import { canonicalJson, openSignedBy, signDocument } from "@flamenco/policies/trust";
import { type DecisionTree, type Outputs, payloadTypes, Result, type Scores } from "@flamenco/policies/wire";
import { assertReleased, releaseOutputs, restoreRelease, type VerifiedStudy } from "@flamenco/server";
import t from "tap";
import { makeKey, makeResult } from "../../support/signed-documents.js";
import { addDataset, makeFlows, makePackage } from "../../support/study-material.js";
import { verifyStudy } from "../../support/verified-study.js";

const now = new Date("2026-03-01T12:00:00.000Z");
const [alice, node, other] = [makeKey("alice"), makeKey("worf"), makeKey("other")];
const basics = makePackage(alice);
const border = await addDataset(t.testdir(), "border", makeFlows(30));
const lf = (name: string) => `${basics.reference.name}@${basics.reference.version}#${name}`;
const lfs = [lf("lowPort"), lf("highPort"), lf("smallPackets")];

const verified = await verifyStudy(
  { outputs: ["analysis", "labelModel", "metrics", "tree"] },
  { author: alice, node, material: basics, dataset: border, now },
);
const { study, digest } = verified;

const scores: Scores = {
  confusion: [
    [3, 1, 0],
    [0, 2, 0],
  ],
  coverage: 1,
  precision: [1, 0.5],
  recall: [0.75, 1],
  f1: [0.8, 0.6],
  positiveF1: 0.8,
  macroF1: 0.7,
  accuracy: 0.8,
  reasons: [],
};
const tree: DecisionTree = {
  nodes: [
    { type: "test", condition: "srcPort <= 6600", fields: ["srcPort"], lf: lf("lowPort"), yes: 1, no: 2 },
    { type: "leaf", label: "attack", lf: lf("lowPort") },
    { type: "leaf", label: null },
  ],
};
const outputs: Outputs = {
  analysis: {
    rows: 30,
    labeledRows: 30,
    lfs: lfs.map((name) => ({
      lf: name,
      polarity: ["attack"],
      coverage: 0.5,
      overlaps: 0.1,
      conflicts: 0,
      correct: 5,
      incorrect: 0,
      empiricalAccuracy: 1,
      weight: 0.9,
    })),
    labelCoverage: 0.9,
    rowOverlap: 0.1,
    rowConflict: 0,
    agreement: lfs.map(() => lfs.map(() => 1)),
    warnings: [],
  },
  labelModel: {
    requested: "auto",
    model: "em",
    reason: "three functions",
    classBalance: [0.5, 0.5],
    classBalanceSource: "uniform",
    lfs,
    weights: [0.9, 0.8, 0.7],
    conditional: [],
    converged: true,
    iterations: 3,
    identified: true,
    trainingRows: 20,
    patterns: 4,
    warnings: [],
  },
  metrics: { split: "test", rows: 6, labelModel: scores, tree: scores, labelModelTreeDifference: 0, reasons: [] },
  tree: {
    form: "chain",
    order: lfs.map((name) => ({ lf: name, importance: 0.5 })),
    importance: { method: "mutual information", features: [{ field: "srcPort", importance: 0.4 }] },
    tree,
  },
};
const computed = { rows: 30, outputs, startedAt: now, finishedAt: new Date(now.getTime() + 1_000) };
const release = (change: Partial<typeof computed> = {}, by: VerifiedStudy = verified) =>
  releaseOutputs(by, { ...computed, ...change }, node);

t.test("a release holds what was asked, is marked exact, names who permitted it, and is signed by the node", (t) => {
  const { text, study: digest } = release();
  t.equal(digest, digest);
  const { document } = openSignedBy(JSON.parse(text), payloadTypes.result, Result, "result", ({ keyId }) => keyId);
  t.equal(document.keyId, node.keyId);
  t.strictSame(document.outputs, outputs);
  t.strictSame(document.release, {
    preset: "open",
    protection: "exact",
    policies: [
      "open.cedar#run-for-trusted-researchers",
      "open.cedar#statistics-for-trusted-researchers",
      "open.cedar#release-exact-to-trusted-researchers",
    ],
    policySet: verified.runDecision.policySet,
  });
  t.strictSame(document.dataset, { name: "border", version: border.version, kind: "flow/1", rows: 30 });
  t.end();
});

t.test("a policy that decided several questions is named once, where it first decided", (t) => {
  const policies = (...names: string[]) => ({ ...verified.runDecision, policies: names });
  const decisions = {
    runDecision: policies("a.cedar#all", "a.cedar#run"),
    releaseDecision: policies("a.cedar#release", "a.cedar#all"),
  };
  const { text } = release({}, { ...verified, ...decisions, statisticsDecision: null });
  const { document } = openSignedBy(JSON.parse(text), payloadTypes.result, Result, "result", ({ keyId }) => keyId);
  t.strictSame(document.release.policies, ["a.cedar#all", "a.cedar#run", "a.cedar#release"]);
  t.end();
});

t.test("the same outputs give the same bytes", (t) => {
  t.equal(release().text, release().text);
  t.end();
});

t.test("only the gate makes something that counts as released", (t) => {
  const released = release();
  t.doesNotThrow(() => assertReleased(released));
  for (const forged of [
    { ...released },
    { study: digest, text: released.text },
    Object.create(released),
    null,
    undefined,
    "text",
  ]) {
    t.throws(() => assertReleased(forged), { code: "FLM_INTERNAL" });
  }
  t.throws(() => Object.assign(released, { text: "other" }), TypeError, "it cannot be changed afterwards");
  t.end();
});

t.test("stored bytes come back only if this node signed them for this study", (t) => {
  const { text } = release();
  t.doesNotThrow(() => assertReleased(restoreRelease(digest, text, node.keyId)));
  const result = makeResult(other, digest);
  const elsewhere = makeResult(node, "1".repeat(64));
  const wrong: Record<string, string> = {
    "another study": canonicalJson(signDocument(payloadTypes.result, elsewhere, [node])),
    "another node": canonicalJson(signDocument(payloadTypes.result, result, [other])),
    "signed by another key than it names": canonicalJson(
      signDocument(payloadTypes.result, makeResult(node, digest), [other]),
    ),
    altered: text.replace(/"payload":"(.)/, '"payload":"A$1'),
    "with a space": text.replace("{", "{ "),
    "cut off": text.slice(0, -10),
    empty: "",
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    t.throws(() => restoreRelease(digest, bytes, node.keyId), { name: "FlamencoError" }, name);
  }
  t.end();
});

t.test("a decision that is not an allow releases nothing", (t) => {
  const deny = {
    action: "release",
    decision: "deny",
    policies: [],
    reasons: [],
    approval: null,
    policySet: "0".repeat(64),
  } as const;
  t.throws(() => release({}, { ...verified, releaseDecision: deny }), { code: "FLM_ACCESS_DENIED" });
  t.throws(() => release({}, { ...verified, runDecision: deny }), { code: "FLM_ACCESS_DENIED" });
  t.end();
});

t.test("a protecting preset releases nothing exact, even where policies would", (t) => {
  for (const preset of ["standard", "strict"] as const) {
    const protecting = { ...verified, study: { ...study, release: { preset } } };
    t.throws(() => release({}, protecting), { code: "FLM_PRESET_REFUSED" }, preset);
  }
  t.end();
});

const { analysis, labelModel, metrics } = outputs as Required<Outputs>;
const withTree = (...nodes: DecisionTree["nodes"]): Outputs => ({
  ...outputs,
  tree: { ...(outputs.tree as NonNullable<Outputs["tree"]>), tree: { nodes } },
});
const leaf = { type: "leaf", label: "attack" } as const;
const inner = { type: "test" as const, condition: "c", fields: ["srcPort"], yes: 1, no: 1 };
const host = "10.20.30.40";

const stopped: Record<string, unknown> = {
  "an output that was not asked for is missing": { ...outputs, tree: undefined },
  "an address in place of a function's name": {
    ...outputs,
    labelModel: { ...labelModel, lfs: [lfs[0], lfs[1], host] },
  },
  "a function's name of another study": {
    ...outputs,
    analysis: { ...analysis, lfs: [{ ...analysis.lfs[0], lf: "x/y@1.0.0#z" }] },
  },
  "an address in place of a label": {
    ...outputs,
    analysis: { ...analysis, lfs: [{ ...analysis.lfs[0], polarity: ["host"] }] },
  },
  "a share above one": { ...outputs, analysis: { ...analysis, labelCoverage: 1.5 } },
  "a share that is no number": { ...outputs, analysis: { ...analysis, labelCoverage: Number.NaN } },
  "a count below zero": { ...outputs, metrics: { ...metrics, rows: -1 } },
  "an unknown property": { ...outputs, rows: [[1, 2, 3]] },
  "more rows analyzed than there are": { ...outputs, analysis: { ...analysis, rows: 31 } },
  "more rows trained on than there are": { ...outputs, labelModel: { ...labelModel, trainingRows: 31 } },
  "more rows tested than there are": { ...outputs, metrics: { ...metrics, rows: 31 } },
  "weights that are not one per function": { ...outputs, labelModel: { ...labelModel, weights: [0.5] } },
  "class balance of another number of labels": {
    ...outputs,
    labelModel: { ...labelModel, classBalance: [0.2, 0.3, 0.5] },
  },
  "scores of another number of labels": { ...outputs, metrics: { ...metrics, tree: { ...scores, f1: [1] } } },
  "a confusion table that is not square": {
    ...outputs,
    metrics: { ...metrics, tree: { ...scores, confusion: [[1, 2, 3]] } },
  },
  "a confusion table of more rows than were tested": { ...outputs, metrics: { ...metrics, rows: 5 } },
  "a tree that points at itself": withTree({ ...inner, yes: 0 }, leaf),
  "a tree that points outside": withTree({ ...inner, no: 2 }, leaf),
  "a tree whose branch for missing values points outside": withTree({ ...inner, missing: 2 }, leaf),
  "an exact tree that was not asked for": { ...outputs, exactTree: outputs.tree },
  "an exact tree's scores of another number of labels": {
    ...outputs,
    metrics: { ...metrics, exactTree: { ...scores, f1: [1] } },
  },
  "differences of other predictors than are named": {
    ...outputs,
    metrics: { ...metrics, predictors: ["labelModel", "tree"], differences: [[0]] },
  },
  "a tree with an unknown label": withTree({ ...leaf, label: "host" }),
  "a tree with an unknown field": withTree({ ...inner, fields: ["rttMs"] }, leaf),
  "a tree with an unknown function": withTree({ ...leaf, lf: host }),
};
for (const [name, wrong] of Object.entries(stopped)) {
  t.test(`outputs are stopped at the gate: ${name}`, (t) => {
    const error = t.throws(() => release({ outputs: wrong as Outputs }), {
      code: /^FLM_(WORKER_PROTOCOL|SCHEMA)$/,
    }) as Error;
    t.notMatch(error.message, new RegExp(host.replaceAll(".", "\\.")), "the message does not repeat the value");
    t.end();
  });
}

t.test("an output that was not asked for is stopped", (t) => {
  const fewer = { ...verified, study: { ...study, outputs: ["analysis" as const] } };
  t.throws(() => release({}, fewer), { code: "FLM_WORKER_PROTOCOL" });
  t.doesNotThrow(() => release({ outputs: { analysis } }, fewer));
  t.end();
});

t.test("outputs over another number of rows than the dataset's are stopped", (t) => {
  for (const rows of [0, 29, 31]) t.throws(() => release({ rows }), { code: "FLM_WORKER_PROTOCOL" }, String(rows));
  t.end();
});
