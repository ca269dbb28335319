import { counted } from "@flamenco/policies/errors";
import { type ClassificationMetrics, totalWeights } from "../../learning/index.js";
import type { Fit, SearchResult } from "../../search/index.js";
import type { LearnOptions, LearnPlan, SearchPlan } from "./learn-options.js";
import type { LearnTable } from "./learn-table.js";

interface Learned {
  readonly path: string;
  readonly options: LearnOptions;
  readonly plan: LearnPlan;
  readonly table: LearnTable;
  readonly search: SearchResult | null;
  readonly fit: Fit;
  readonly metrics: Readonly<Record<"train" | "validation" | "test", ClassificationMetrics>>;
  readonly searchSeconds: number | null;
  readonly fitSeconds: number;
}

export type LearnReport = ReturnType<typeof reportLearning>;

/** What `learn --json` answers. All but `seconds` and `run` is the same for the same file, options and seed. */
export function reportLearning({ path, options, plan, table, search, fit, metrics, ...spent }: Learned) {
  const { labels, positive, samples, split, parts, unlabeledTrain, leftOut, imputed } = table;
  const { threads, seed, steps } = plan;
  const { searchSeconds, fitSeconds } = spent;
  return {
    file: path,
    target: options.target,
    model: options.model,
    labels,
    positive: labels[positive]!,
    learnsFrom: options.soft === undefined ? ("target" as const) : ("soft" as const),
    features: samples.features,
    leftOut,
    imputed,
    sequences: options.model === "lstm" ? { of: options.sequenceOf ?? null, time: options.time ?? null, steps } : null,
    split: split.column,
    rows: {
      train: parts.train.length,
      validation: parts.validation.length,
      test: parts.test.length,
      unlabeledTrain,
    },
    seed,
    parameters: fit.parameters,
    backend: fit.backend,
    search: plan.search === null || search === null ? null : reportSearch(plan.search, search),
    metrics,
    warnings: [
      ...listWarnings(table, options, plan.search, fit.parameters),
      ...doubtSolution(fit.parameters),
      ...doubtPerfection(metrics.test),
    ],
    seconds: fitSeconds + (searchSeconds ?? 0),
    run: { fitSeconds, searchSeconds, threads, resumedFits: search?.resumedFits ?? 0 },
  };
}

function reportSearch(plan: SearchPlan, { candidates, best }: SearchResult) {
  const { kind, preset, cv, folds, metric, vary, size } = plan;
  return {
    kind,
    preset,
    cv,
    folds: cv === "validation" ? 1 : folds,
    metric,
    vary,
    /** Candidates of the whole space; fewer were tried where they were drawn. */
    size,
    best,
    candidates: candidates.map(({ settings, scores, mean, sd, failure }) => ({ settings, mean, sd, scores, failure })),
  };
}

/** Of logistic regression: a solver that ran out of steps has not found its minimum. */
function doubtSolution({ converged, iterationsDone }: Fit["parameters"]): string[] {
  if (converged !== false) return [];
  return [`The solver had not converged after ${iterationsDone} steps: try --set iterations with more.`];
}

function doubtPerfection({ rows, macroF1 }: ClassificationMetrics): string[] {
  if (rows === 0 || macroF1.value !== 1) return [];
  return [
    "Every test row is predicted right. Is a column the label in another form, or are test rows copies of training rows?",
  ];
}

/** A label of fewer training rows than this is rare. */
const RARE_SHARE = 0.1;

function listWarnings(
  table: LearnTable,
  options: LearnOptions,
  search: SearchPlan | null,
  { classWeights }: Fit["parameters"],
): string[] {
  const { split, unlabeledTrain, labels, learned, parts, leftOut, imputed } = table;
  const counts = labels.map((_, label) =>
    parts.train.reduce((rows, row) => rows + (learned[row] === label ? 1 : 0), 0),
  );
  const weights = totalWeights(table.weights, parts.train);
  const unseen = labels.filter((_, label) => weights[label] === 0);
  const fewest = Math.min(...counts.filter((_, label) => weights[label]! > 0));
  const rarest = counts.findIndex((count, label) => count === fewest && weights[label]! > 0);
  const isRare = fewest < RARE_SHARE * parts.train.length;
  return [
    ...(split.note === null ? [] : [split.note]),
    ...(unlabeledTrain === 0 ? [] : [`${unlabeledTrain} training rows have no label to learn from and were left out.`]),
    ...(parts.test.length > 0 ? [] : ["No test row has ground truth: nothing says how good the classifier is."]),
    ...(leftOut.length === 0
      ? []
      : [`${counted(leftOut.length, "column is no feature|columns are no features")}; leftOut says why.`]),
    ...(Object.keys(imputed).length === 0
      ? []
      : [
          `Missing cells of ${counted(Object.keys(imputed).length, "column")} were filled with medians of training rows.`,
        ]),
    ...(unseen.length === 0
      ? []
      : [`No training row is ${unseen.join(" or ")}: the classifier cannot predict it, and such rows count as wrong.`]),
    ...(isRare && classWeights === "none"
      ? [`Only ${fewest} of ${parts.train.length} training rows are ${labels[rarest]}: try --class-weights balanced.`]
      : []),
    ...(search !== null && search.cv === "time" && options.time === undefined
      ? ["Folds are in the order of the file's rows; --time names a column to order by."]
      : []),
    ...(search !== null && search.cv !== "validation" && options.soft !== undefined
      ? ["Folds were scored by the most probable soft label: ground truth of training rows was not looked at."]
      : []),
  ];
}
