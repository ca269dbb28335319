import { FlamencoError } from "@flamenco/policies/errors";
import {
  type Combinations,
  type DecisionTree,
  defaultSequenceSteps,
  type Metrics,
  Outputs,
  outputNames,
  parseDocument,
  type Scores,
  type Study,
} from "@flamenco/policies/wire";
import type { VerifiedStudy } from "../verification/index.js";

const refuse = (what: string): FlamencoError =>
  new FlamencoError("FLM_WORKER_PROTOCOL", `The sealed worker's outputs were stopped at the gate: ${what}.`);

function assertThat(condition: boolean, what: string): void {
  if (!condition) throw refuse(what);
}

/** Names that may appear in outputs: the study's labeling functions as `namespace/name@version#function`, its labels, the kind's columns. */
interface Vocabulary {
  readonly lfs: ReadonlySet<string>;
  readonly labels: readonly string[];
  readonly columns: ReadonlySet<string>;
}

function vocabularyOf({ packages, study, dataset }: VerifiedStudy): Vocabulary {
  return {
    lfs: new Set(
      packages.flatMap(({ opened: { reference, manifest } }) =>
        manifest.lfs.map(({ name }) => `${reference.name}@${reference.version}#${name}`),
      ),
    ),
    labels: study.task.labels,
    columns: new Set(dataset.manifest.columns),
  };
}

/** Children come after their parent, so that the graph ends; every name is one that the study brought. */
function assertTree(tree: DecisionTree, vocabulary: Vocabulary): void {
  tree.nodes.forEach((node, index) => {
    if (node.lf !== undefined) assertThat(vocabulary.lfs.has(node.lf), "a tree names an unknown labeling function");
    if (node.type === "leaf") {
      assertThat(node.label === null || vocabulary.labels.includes(node.label), "a tree names an unknown label");
      return;
    }
    for (const next of [node.yes, node.no, ...(node.missing === undefined ? [] : [node.missing])]) {
      assertThat(next > index && next < tree.nodes.length, "a tree points outside itself");
    }
    assertThat(
      node.fields.every((field) => vocabulary.columns.has(field)),
      "a tree names an unknown field",
    );
  });
}

/** One entry per label everywhere; a confusion table has one more column, for rows without a prediction. */
function assertScores(scores: Scores | null, rows: number, labels: number): void {
  if (scores === null) return;
  for (const values of [scores.precision, scores.recall, scores.f1]) {
    assertThat(values.length === labels, "scores are not one per label");
  }
  assertThat(
    scores.confusion.length === labels && scores.confusion.every((row) => row.length === labels + 1),
    "a confusion table is not labels by labels",
  );
  const total = scores.confusion.flat().reduce((sum, count) => sum + count, 0);
  assertThat(total <= rows, "a confusion table counts more rows than there are");
}

/**
 * What the schema cannot say of outputs: exactly those asked for, numbers that fit one another and the dataset, and no
 * name that the study did not bring, so that a worker gone wrong cannot put a row's value where a name belongs.
 * @throws FLM_SCHEMA, FLM_WORKER_PROTOCOL; nothing is released then.
 */
export function assertOutputs(verified: VerifiedStudy, rows: number, input: unknown): void {
  const outputs = parseDocument(Outputs, input, "outputs");
  const asked: ReadonlySet<string> = new Set(verified.study.outputs);
  assertThat(
    outputNames.every((name) => (outputs[name] !== undefined) === asked.has(name)),
    "they are not those that the study asks for",
  );
  assertThat(rows === verified.dataset.manifest.rows, "they cover another number of rows than the dataset has");
  const vocabulary = vocabularyOf(verified);
  const known = (names: readonly string[]) =>
    assertThat(
      names.every((name) => vocabulary.lfs.has(name)),
      "they name an unknown labeling function",
    );
  const { analysis, labelModel, metrics, combinations } = outputs;
  if (analysis !== undefined) {
    known(analysis.lfs.map(({ lf }) => lf));
    assertThat(analysis.rows <= rows && analysis.labeledRows <= analysis.rows, "the analysis counts too many rows");
    assertThat(
      analysis.lfs.every(({ polarity }) => polarity.every((label) => vocabulary.labels.includes(label))),
      "the analysis names an unknown label",
    );
  }
  if (labelModel !== undefined) {
    known(labelModel.lfs);
    assertThat(
      labelModel.weights.length === labelModel.lfs.length,
      "the label model's weights are not one per function",
    );
    assertThat(
      labelModel.classBalance.length === vocabulary.labels.length,
      "the class balance is not one share per label",
    );
    assertThat(labelModel.trainingRows <= rows, "the label model counts too many rows");
  }
  if (metrics !== undefined) {
    assertThat(metrics.rows <= rows, "the metrics count too many rows");
    assertScores(metrics.labelModel, metrics.rows, vocabulary.labels.length);
    const { tree, exactTree = null, predictors = [], differences = [] } = metrics;
    for (const scores of [tree, exactTree]) assertScores(scores, metrics.rows, vocabulary.labels.length);
    assertEndClassifier(metrics, rows, verified.study, vocabulary);
    assertThat(
      differences.length === predictors.length && differences.every((row) => row.length === predictors.length),
      "the differences are not predictors by predictors",
    );
  }
  for (const tree of [outputs.tree, outputs.exactTree]) {
    if (tree === undefined) continue;
    known(tree.order.map(({ lf }) => lf));
    assertThat(
      tree.importance.features.every(({ field }) => vocabulary.columns.has(field)),
      "the tree names an unknown field",
    );
    assertTree(tree.tree, vocabulary);
  }
  if (combinations !== undefined) {
    known(combinations.lfs);
    assertCombinations(combinations, rows, vocabulary);
  }
}

/** The one that was asked for, of known columns and no more rows than there are; without one, nothing is said of it. */
function assertEndClassifier(
  { rows: testRows, endClassifier = null, endClassifierFit: fit, predictors = [] }: Metrics,
  rows: number,
  { endClassifier: asked }: Study,
  { columns, labels }: Vocabulary,
): void {
  if (fit === undefined) {
    const silent = endClassifier === null && !predictors.includes("endClassifier");
    assertThat(silent, "they compare an end classifier of which they do not say what it is");
    return;
  }
  assertThat(fit.model === asked?.model, "the end classifier is not the one that the study asks for");
  assertThat(
    fit.features.every((feature) => columns.has(feature)),
    "the end classifier names an unknown column",
  );
  assertThat(
    fit.testRows <= testRows && fit.trainingRows + fit.testRows <= rows,
    "the end classifier counts too many rows",
  );
  const steps = asked?.model === "lstm" ? (asked.steps ?? defaultSequenceSteps) : 1;
  assertThat(fit.steps === steps, "the end classifier read other sequences");
  assertScores(endClassifier, fit.testRows, labels.length);
}

/** Indices are those of its own LFs, and counts fit the dataset. */
function assertCombinations(combinations: Combinations, rows: number, { labels }: Vocabulary): void {
  const { lfs, singles, pairs, grown, growth, next, positive } = combinations;
  const additions = [...growth, ...next.additions];
  const indices = [...singles, ...pairs, ...grown].flatMap((set) => set.lfs);
  assertThat(
    [...indices, ...next.base, ...additions.map(({ lf }) => lf)].every((index) => index < lfs.length),
    "the combinations name a function that is not among theirs",
  );
  assertThat(labels.includes(positive), "the combinations name an unknown label");
  assertThat(
    combinations.rows <= rows && combinations.testRows <= combinations.rows,
    "the combinations count too many rows",
  );
  assertThat(
    additions.every(({ coverageGainedRows, conflictRows }) => coverageGainedRows <= rows && conflictRows <= rows),
    "an addition counts too many rows",
  );
}
