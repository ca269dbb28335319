import { combineLfs, createFieldCorrelation } from "../combinations/index.js";
import type { FlowRows } from "./flow-rows.js";
import type { FlowStudy, SetResult } from "./flow-sets.js";
import { differenceOf, f1Of } from "./row-scores.js";
import type { StudyInput } from "./study-input.js";
import type { ReportCell, ReportTable } from "./study-report.js";

/** F1 scores that the paper gives for a set of LFs; `null` where it gives none. */
export interface PaperSet {
  readonly lfs: readonly string[];
  readonly labelModel: number | null;
  readonly classifier: number | null;
  readonly correlation?: number;
}

/** F1 scores that the paper gives for the three predictors. */
export interface PaperTriple {
  readonly lfs: readonly string[];
  readonly labelModel: number;
  readonly classifier: number;
  readonly tree: number;
}

/** Differences of predictions that the paper gives: label model and classifier, label model and tree, classifier and tree. */
export interface PaperDifferences {
  readonly lfs: readonly string[];
  readonly differences: readonly [number, number, number];
}

export const nameSet = (lfs: readonly string[]): string => lfs.join(" + ");

export const findSet = ({ voted, results }: FlowStudy, names: readonly string[]): SetResult =>
  results.find(({ lfs }) => nameSet(lfs.map((lf) => voted.lfNames[lf]!)) === nameSet(names))!;

/** Tables 3, 4, 9 and 10: F1 of the positive label by label model and end classifier, alone and combined. */
export function tabulateSets(
  title: string,
  input: StudyInput,
  study: FlowStudy,
  flows: FlowRows,
  paper: readonly PaperSet[],
): ReportTable {
  const { bootstrap } = study;
  const positive = f1Of(input.sources.labels.indexOf(input.sources.positive));
  const correlationOf = correlations(input, flows);
  const rows = paper.map(({ lfs, labelModel, classifier, correlation }): ReportCell[] => {
    const { predictions, coverage, lfs: own } = findSet(study, lfs);
    return [
      nameSet(lfs),
      labelModel,
      bootstrap.score(predictions.labelModel, positive),
      bootstrap.score(predictions.completed, positive),
      classifier,
      bootstrap.score(predictions.classifier, positive),
      coverage,
      correlation ?? null,
      own.length === 2 ? correlationOf(own[0]!, own[1]!) : null,
    ];
  });
  return {
    title,
    columns: [
      "labeling functions",
      "LF F1, paper",
      "LF F1, here",
      "no vote as the other label",
      "classifier F1, paper",
      "classifier F1, here",
      "coverage, here",
      "correlation, paper",
      "correlation, here",
    ],
    rows,
    note: "F1 of benign on test rows, with 95 % bootstrap intervals. A row without a vote is a miss; the paper does not say how it counts one, so beside it stands the F1 when such a row gets the label that no function of the set votes for.",
  };
}

export const predictorTitles = { labelModel: "LF", classifier: "classifier", tree: "tree" } as const;
const predictors = Object.keys(predictorTitles) as (keyof typeof predictorTitles)[];

/** What labels on validation rows change: the label model then measures whether a vote is right, and turns a wrong one around. */
export function tabulateValidated(input: StudyInput, study: FlowStudy, sets: readonly PaperSet[]): ReportTable {
  const positive = f1Of(input.sources.labels.indexOf(input.sources.positive));
  return {
    title: "With labels on validation rows",
    columns: ["labeling functions", "LF F1 without", "LF F1 with", "classifier F1 without", "classifier F1 with"],
    rows: [...new Map(sets.map(({ lfs }) => [nameSet(lfs), lfs]))].map(([name, lfs]) => {
      const { predictions } = findSet(study, lfs);
      return [
        name,
        ...[predictions.labelModel, predictions.validated, predictions.classifier, predictions.validatedClassifier].map(
          (predicted) => study.bootstrap.score(predicted, positive),
        ),
      ];
    }),
    note: "Without: one or two functions are believed as they vote, for it takes three to learn accuracies from votes alone; the class balance is known. With: the label model knows the labels of the validation rows, 16 % of all.",
  };
}

/** Tables 5 and 11: the three predictors side by side. */
export function tabulateTriples(
  title: string,
  input: StudyInput,
  study: FlowStudy,
  paper: readonly PaperTriple[],
): ReportTable {
  const positive = f1Of(input.sources.labels.indexOf(input.sources.positive));
  return {
    title,
    columns: ["labeling functions", ...predictors.flatMap((name) => [`${predictorTitles[name]} F1, paper`, "here"])],
    rows: paper.map((triple) => {
      const { predictions } = findSet(study, triple.lfs);
      return [
        nameSet(triple.lfs),
        ...predictors.flatMap((name) => [triple[name], study.bootstrap.score(predictions[name], positive)]),
      ];
    }),
  };
}

const pairs = [
  ["labelModel", "classifier"],
  ["labelModel", "tree"],
  ["classifier", "tree"],
] as const;

/** Tables 6 and 12, of whose symmetric matrices the three numbers that say something. */
export function tabulateDifferences(title: string, study: FlowStudy, paper: readonly PaperDifferences[]): ReportTable {
  const titles = pairs.map(([one, other]) => `${predictorTitles[one]} ≠ ${predictorTitles[other]}`);
  return {
    title,
    columns: ["labeling functions", ...titles.flatMap((name) => [`${name}, paper`, "here"])],
    rows: paper.map(({ lfs, differences }) => {
      const { predictions } = findSet(study, lfs);
      return [
        nameSet(lfs),
        ...pairs.flatMap(([one, other], index) => [
          differences[index]!,
          differenceOf(predictions[one], predictions[other]),
        ]),
      ];
    }),
    note: "Share of test rows on which two predictors differ; no vote differs from any label.",
  };
}

/** The paper's open question over all pairs: does coverage, or correlation of features, go with F1? */
export function rankPairs(input: StudyInput, study: FlowStudy, flows: FlowRows) {
  const { lfNames } = study.voted;
  const { rankCorrelations } = combineLfs({
    histograms: study.histograms,
    lfNames,
    task: { id: "reproduce", labels: [...input.sources.labels], positive: input.sources.positive },
    model: "auto",
    treeOrder: study.order,
    correlation: correlations(input, flows),
  });
  return rankCorrelations;
}

const correlations = ({ sources }: StudyInput, { columns }: FlowRows) =>
  createFieldCorrelation({ columns, fieldsOf: sources.lfs.map(({ verified }) => verified.certificate.fields) });
