import { FlamencoError } from "@flamenco/policies/errors";
import { openSignedBy, sodiumReady } from "@flamenco/policies/trust";
import {
  type DecisionTree,
  type Envelope,
  type Outputs,
  payloadTypes,
  Result,
  type Study,
} from "@flamenco/policies/wire";

/** A result whose signature holds and which answers the study, with the bytes that prove it. */
export interface VerifiedResult {
  readonly result: Result;
  /** SHA-256 of the signed bytes. */
  readonly digest: string;
  readonly envelope: Envelope;
}

/** What a result must agree with. */
export interface ExpectedStudy {
  readonly study: Study;
  readonly digest: string;
}

/**
 * Open a node's signed result and hold it against the study that was sent. In order: signature by the key that it names; the
 * study's digest; the node, its key and its dataset are one target of the study; kind and preset; no output that was not
 * asked for and none missing; labels and LFs are the study's; arrays fit each other.
 * @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, FLM_RESULT_MISMATCH
 * @example
 * for (const envelope of await registry.fetchResults(signed.digest)) {
 *   const { result } = await verifyResult(envelope, signed);
 *   console.log(result.node, result.outputs.metrics?.labelModel?.positiveF1);
 * }
 */
export async function verifyResult(envelope: Envelope, { study, digest }: ExpectedStudy): Promise<VerifiedResult> {
  await sodiumReady;
  const opened = openSignedBy(envelope, payloadTypes.result, Result, "result", ({ keyId }) => keyId);
  const result = opened.document;
  assertAddressed(result, study, digest);
  assertOutputs(result.outputs, study);
  return { result, digest: opened.digest, envelope };
}

function mismatch(what: string): FlamencoError {
  return new FlamencoError("FLM_RESULT_MISMATCH", `The result does not answer the study: ${what}.`);
}

function assertAddressed(result: Result, study: Study, digest: string): void {
  if (result.study !== digest) throw mismatch("it names another study");
  const target = study.targets.find(({ keyId }) => keyId === result.keyId);
  if (target === undefined) throw mismatch("its node was not asked");
  if (target.node !== result.node) throw mismatch("its node calls itself by another name than the study does");
  if (target.dataset !== result.dataset.name)
    throw mismatch(`${target.node} used another dataset than the one that was named`);
  if (study.kind !== result.dataset.kind) throw mismatch(`${target.node} used a dataset of another kind`);
  if (study.release.preset !== result.release.preset) throw mismatch(`${target.node} released under another preset`);
}

function assertOutputs(outputs: Outputs, study: Study): void {
  const asked = new Set<string>(study.outputs);
  const given = Object.keys(outputs);
  const extra = given.find((name) => !asked.has(name));
  if (extra !== undefined) throw mismatch(`it holds ${extra}, which was not asked for`);
  const missing = study.outputs.find((name) => !given.includes(name));
  if (missing !== undefined) throw mismatch(`it lacks ${missing}`);

  const { analysis, labelModel, metrics, tree } = outputs;
  const packages = study.packages.map(({ name, version }) => `${name}@${version}#`);
  const assertLf = (lf: string) => {
    if (!packages.some((prefix) => lf.startsWith(prefix)))
      throw mismatch("it names a labeling function that was not sent");
  };
  const labels = study.task.labels;
  const assertLabel = (label: string | null) => {
    if (label !== null && !labels.includes(label)) throw mismatch("it names a label that the task does not have");
  };

  if (analysis !== undefined) {
    for (const { lf, polarity } of analysis.lfs) {
      assertLf(lf);
      polarity.forEach(assertLabel);
    }
    assertLength(analysis.agreement, analysis.lfs.length);
    for (const row of analysis.agreement) assertLength(row, analysis.lfs.length);
  }
  if (labelModel !== undefined) {
    labelModel.lfs.forEach(assertLf);
    assertLength(labelModel.weights, labelModel.lfs.length);
    assertLength(labelModel.classBalance, labels.length);
  }
  for (const scores of [metrics?.labelModel, metrics?.tree, metrics?.endClassifier]) {
    if (scores) for (const column of [scores.precision, scores.recall, scores.f1]) assertLength(column, labels.length);
  }
  if (tree !== undefined) {
    for (const { lf } of tree.order) assertLf(lf);
    assertTree(tree.tree, assertLabel);
  }
}

function assertLength(list: readonly unknown[], length: number): void {
  if (list.length !== length) throw mismatch("its lists do not fit each other");
}

/** Children come after their parent (policies/wire/tree), so a walk ends. */
function assertTree({ nodes }: DecisionTree, assertLabel: (label: string | null) => void): void {
  for (const [index, node] of nodes.entries()) {
    if (node.type === "leaf") assertLabel(node.label);
    else if (node.yes <= index || node.no <= index || node.yes >= nodes.length || node.no >= nodes.length) {
      throw mismatch("its tree is not a tree");
    }
  }
}
