import { counted } from "@flamenco/policies/errors";
import type { Scores, Task } from "@flamenco/policies/wire";
import type { FeatureTable, GeneratedLf, LfPackage, Synthesis, SynthesisOptions } from "../../synthesis/index.js";
import { reportHeuristic } from "./lf-heuristic-report.js";

interface GenerationInput {
  readonly name: string;
  readonly folder: string;
  readonly table: FeatureTable;
  readonly synthesis: Synthesis;
  readonly settings: Pick<SynthesisOptions, "cardinality" | "seed">;
  readonly written: LfPackage;
}

export type GenerationReport = ReturnType<typeof reportGeneration>;
export type LfReport = ReturnType<typeof reportLf>;

/** What `lf generate --json` answers. */
export function reportGeneration({ name, folder, table, synthesis, settings, written }: GenerationInput) {
  const { task, features, rowsOf } = table;
  const scores = (split: Scores | null) => (split === null ? null : reportScores(split, task));
  return {
    package: name,
    folder,
    files: [...written.files.keys()],
    sources: written.sources,
    kind: table.kind.name,
    task,
    rows: {
      validation: rowsOf.validation.length,
      train: rowsOf.train.length,
      test: rowsOf.test.length,
      unlabeledValidation: table.unlabeledValidationRows,
      sampledTrain: synthesis.sampledTrainRows,
    },
    features: features.map(({ name: field }, index) => ({
      field,
      column: table.local?.fields[index]?.column ?? field,
    })),
    leftOut: table.leftOut,
    ...settings,
    stopReason: synthesis.stopReason,
    bestIteration: synthesis.bestRound,
    model: synthesis.final?.model.document.model ?? null,
    validation: scores(synthesis.final?.validation ?? null),
    train: scores(synthesis.final?.train ?? null),
    test: scores(synthesis.final?.test ?? null),
    iterations: synthesis.rounds.map((round) => ({
      iteration: round.round,
      lfCount: round.lfCount,
      added: round.added,
      model: round.model,
      weights: round.weights,
      validation: scores(round.validation),
      train: scores(round.train),
      gamma: round.feedback.gamma,
      feedbackRows: round.feedback.vagueRows,
      /** Rows of the other label, added because all feedback has one. */
      feedbackRowsAdded: round.feedback.addedRows,
      accuracyGap: round.accuracyGap,
    })),
    lfs: synthesis.lfs.map((lf) => reportLf(lf, table)),
    warnings: listWarnings(table, synthesis),
  };
}

/** One LF: thresholds as learned and as written, and F1 with both. */
export function reportLf(lf: GeneratedLf, table: Pick<FeatureTable, "features" | "task">) {
  const { features } = table;
  return {
    name: lf.name,
    features: [...new Set(lf.thresholds.flatMap((one) => (one === null ? [] : [features[one.feature]!.name])))],
    beta: lf.beta,
    ...reportHeuristic(lf, table),
    f1AsLearned: lf.learned.f1,
    validation: { f1: lf.validation.f1, coverage: lf.validation.coverage, precision: lf.validation.precision },
    train: {
      f1: lf.train?.f1 ?? null,
      coverage: lf.trainCoverage,
      precision: lf.train?.precision ?? null,
    },
  };
}

function reportScores({ f1, positiveF1, macroF1, coverage, accuracy }: Scores, task: Task) {
  return {
    f1: Object.fromEntries(task.labels.map((label, index) => [label, f1[index] ?? null])),
    positiveF1,
    macroF1,
    coverage,
    accuracy,
  };
}

function listWarnings(table: FeatureTable, { lfs, sampledTrainRows }: Synthesis): string[] {
  const { unlabeledValidationRows: unlabeled, rowsOf, leftOut } = table;
  const perfect = lfs.filter(({ validation }) => validation.f1 === 1).map(({ name }) => name);
  const literals = lfs.filter(({ thresholds }) => thresholds.some((one) => one?.flagged === true)).length;
  return [
    ...(perfect.length === 0
      ? []
      : [`${perfect.join(", ")}: right on every validation row. Is a column the label in another form?`]),
    ...(leftOut.length === 0
      ? []
      : [`${counted(leftOut.length, "column was|columns were")} left out; leftOut says why.`]),
    ...(unlabeled === 0 ? [] : [`${unlabeled} validation rows have no label and were not used.`]),
    ...(sampledTrainRows < rowsOf.train.length
      ? [`The search looked at a sample of ${sampledTrainRows} of ${rowsOf.train.length} training rows.`]
      : []),
    ...(literals === 0
      ? []
      : [`${literals} of ${lfs.length} labeling functions hold a literal, which ties them to this table.`]),
  ];
}
