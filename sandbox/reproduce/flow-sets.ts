import type { ClassifierSpec } from "@flamenco/policies/wire";
import { measureImportance, orderLfs, predictChain } from "../explain/index.js";
import { countPairs, countVotes, findRedundancies, histogramOf, type SplitHistograms } from "../labeling/index.js";
import { buildSequences } from "../learning/index.js";
import { selectSplit, splitRows } from "../preprocess/index.js";
import { Bootstrap } from "./bootstrap.js";
import { castVotes } from "./cast-votes.js";
import type { FlowRows } from "./flow-rows.js";
import { type LabeledRows, labelRows, selectVotes, type VotedRows } from "./label-rows.js";
import { reproduceLimits } from "./limits.js";
import type { StudyInput } from "./study-input.js";
import { trainAndPredict } from "./train-classifier.js";

/** Predicted labels of the test rows, by predictor. */
export interface SetPredictions {
  readonly labelModel: Int8Array;
  /** The same, where no LF votes the label that none of the set votes for. */
  readonly completed: Int8Array;
  readonly classifier: Int8Array;
  /** The chain, the paper's tree. */
  readonly tree: Int8Array;
  /** Label model that saw the labels of validation rows, and the classifier that learned from it. */
  readonly validated: Int8Array;
  readonly validatedClassifier: Int8Array;
}

/** What a set of LFs comes to. */
export interface SetResult {
  /** LF indices. */
  readonly lfs: readonly number[];
  readonly predictions: SetPredictions;
  /** Shares of all rows with a vote. */
  readonly coverage: number;
  /** Name of an LF of the set that votes only where another does, and the same. */
  readonly redundant: string | null;
}

/** A flow study's rows under its LFs. */
export interface FlowStudy {
  readonly voted: VotedRows;
  readonly histograms: SplitHistograms;
  /** LF indices by falling importance of what they read. */
  readonly order: readonly number[];
  readonly testRows: Int32Array;
  readonly bootstrap: Bootstrap;
  readonly results: readonly SetResult[];
  readonly backend: string;
}

/**
 * The paper's pipeline on flows (§3.4.2): split 64/16/20, stratified; votes; and for every set of LFs a label model, an end classifier on
 * its soft labels, and the chain, all judged on test rows.
 * @param sets names of LFs
 */
export async function runFlowStudy(
  input: StudyInput,
  flows: FlowRows,
  sets: readonly (readonly string[])[],
  spec: ClassifierSpec,
): Promise<FlowStudy> {
  const { sources, seed, small, signal } = input;
  const { columns, truth } = flows;
  const rows = truth.length;
  const parts = splitRows({ rows, truth, seed, preset: "flow" });
  const lfNames = sources.lfs.map(({ name }) => name);
  const votes = castVotes(sources, { rows, columns, known: selectSplit(parts, "train") });
  const voted: VotedRows = { votes, lfNames, labels: sources.labels, truth, parts };
  const read = sources.lfs.map(({ name, verified }) => ({ name, fields: verified.certificate.fields }));
  const importance = measureImportance({ columns, labels: { truth, labelCount: sources.labels.length }, parts, seed });
  const { order } = orderLfs(read, importance.features);
  const rowsOfPart = (part: number) => Int32Array.from(parts.keys()).filter((row) => parts[row] === part);
  const [train, testRows] = [rowsOfPart(0), rowsOfPart(2)];
  const samples = buildSequences(columns, null, null, spec.model === "lstm" ? (spec.steps ?? 1) : 1);
  const results: SetResult[] = [];
  let backend = "none";
  for (const [done, names] of sets.entries()) {
    input.onProgress(done / sets.length);
    const lfs = names.map((name) => lfNames.indexOf(name));
    const own = selectVotes(voted, lfs);
    const labeled = labelRows(own, "class balance");
    const validated = labelRows(own, "validation labels");
    const learn = ({ soft }: LabeledRows) =>
      trainAndPredict({ spec, samples, labels: soft, rows: train, asked: testRows, seed, signal });
    const [learned, learnedValidated] = [await learn(labeled), await learn(validated)];
    if (learned.backend !== "none") backend = learned.backend;
    const ofTest = (values: Int8Array) => Int8Array.from(testRows, (row) => values[row]!);
    const { histogram, patternOfRow } = labeled.voted;
    const chain = predictChain(
      order.filter((lf) => lfs.includes(lf)).map((lf) => lfs.indexOf(lf)),
      histogram,
    );
    const [redundancy] = findRedundancies(countPairs(histogram), countVotes(histogram));
    results.push({
      lfs,
      predictions: {
        labelModel: ofTest(labeled.predicted),
        completed: completeLabels(ofTest(labeled.predicted), own),
        classifier: learned.predicted,
        tree: Int8Array.from(testRows, (row) => chain[patternOfRow[row]!]!),
        validated: ofTest(validated.predicted),
        validatedClassifier: learnedValidated.predicted,
      },
      coverage: countCovered(own) / rows,
      redundant: redundancy === undefined ? null : names[redundancy.redundant]!,
    });
  }
  const all = labelRows(voted, "class balance").voted;
  const part = (name: "train" | "validation" | "test") =>
    histogramOf(all.patternOfRow, all.histogram, selectSplit(parts, name), truth);
  return {
    voted,
    histograms: { train: part("train"), validation: part("validation"), test: part("test") },
    order,
    testRows,
    bootstrap: new Bootstrap(
      {
        truth: Int8Array.from(testRows, (row) => truth[row]!),
        labelCount: sources.labels.length,
        unitOfRow: Int32Array.from(testRows.keys()),
        units: testRows.length,
      },
      { seed, resamples: small ? reproduceLimits.smallResamples : reproduceLimits.resamples },
    ),
    results,
    backend,
  };
}

function countCovered({ votes, lfNames, parts }: VotedRows): number {
  const width = lfNames.length;
  let covered = 0;
  for (let row = 0; row < parts.length; row++) {
    if (votes.subarray(row * width, (row + 1) * width).some((vote) => vote >= 0)) covered += 1;
  }
  return covered;
}

/** Where all votes are for one of two labels, a row without one gets the other. */
function completeLabels(predicted: Int8Array, { votes, labels }: VotedRows): Int8Array {
  const silent = labels.flatMap((_, label) => (votes.includes(label) ? [] : [label]));
  return predicted.map((label) => (label < 0 && silent.length === 1 ? silent[0]! : label));
}
