import type { ClassificationMetrics, Estimate } from "../../learning/index.js";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { LearnReport } from "./learn-report.js";

const CANDIDATES_SHOWN = 10;

/** What `learn` prints. */
export function renderLearning(report: LearnReport): string {
  const { model, backend, features, target, rows, search, metrics, parameters, warnings } = report;
  const settings = Object.entries(parameters)
    .filter(([name]) => name !== "model")
    .map(([name, value]) => `${name} ${formatSetting(value)}`);
  return [
    `${model} (${backend}) on ${features.length} features for ${toLine(target)}: ${rows.train} training, ${rows.validation} validation, ${rows.test} test rows`,
    `Settings: ${settings.join(", ")}`,
    ...(search === null ? [] : ["", ...renderSearch(search)]),
    "",
    renderMetrics(report),
    "Intervals are 95 %, by bootstrap over rows.",
    ...(rows.test > 0 ? ["", renderConfusion(report.labels, metrics.test)] : []),
    "",
    ...warnings.map((warning) => `Note: ${toLine(warning)}`),
    `${report.seconds.toFixed(1)} s`,
  ].join("\n");
}

function renderSearch({
  kind,
  metric,
  cv,
  folds,
  candidates,
  size,
  best,
}: NonNullable<LearnReport["search"]>): string[] {
  const order = candidates
    .map((candidate, index) => ({ ...candidate, index }))
    .sort((a, b) => (b.mean ?? -1) - (a.mean ?? -1) || a.index - b.index);
  const lines = order
    .slice(0, CANDIDATES_SHOWN)
    .map(({ settings, mean, sd, failure, index }) => [
      index === best ? "*" : "",
      ...Object.values(settings).map(formatSetting),
      formatShare(mean),
      formatShare(sd),
      failure?.code ?? "",
    ]);
  const varied = Object.keys(candidates[0]?.settings ?? {});
  const failed = candidates.some(({ failure }) => failure !== null);
  const columns = ["", ...varied, metric, "sd", ...(failed ? ["failure"] : [])];
  return [
    `Search: ${candidates.length} of ${size} candidates (${kind}), ${folds === 1 ? "scored on validation rows" : `${folds} ${cv} folds of training rows`}; * was chosen`,
    drawTable(
      columns.map((name, index) => ({ name, numeric: index > 0 })),
      lines.map((line) => line.slice(0, columns.length)),
    ),
    ...(candidates.length > CANDIDATES_SHOWN ? [`(and ${candidates.length - CANDIDATES_SHOWN} more)`] : []),
  ];
}

function renderMetrics({ metrics, labels, positive }: LearnReport): string {
  const parts = (["train", "validation", "test"] as const).filter((part) => metrics[part].rows > 0);
  const scores: readonly (readonly [string, (of: ClassificationMetrics) => Estimate])[] = [
    [`F1 of ${positive}`, (of) => of.labels[labels.indexOf(positive)]!.f1],
    ["macro F1", (of) => of.macroF1],
    ["accuracy", (of) => of.accuracy],
    ["ROC AUC", (of) => of.rocAuc],
    ["PR AUC", (of) => of.prAuc],
    ["Matthews", (of) => of.matthews],
  ];
  return drawTable(
    [{ name: "" }, ...parts.map((part) => ({ name: part, numeric: true }))],
    scores.map(([name, read]) => [name, ...parts.map((part) => formatEstimate(read(metrics[part])))]),
  );
}

function renderConfusion(labels: readonly string[], { confusion }: ClassificationMetrics): string {
  return drawTable(
    [{ name: "test: truth \\ prediction" }, ...labels.map((name) => ({ name, numeric: true }))],
    labels.map((label, index) => [label, ...confusion[index]!.slice(0, labels.length).map(String)]),
  );
}

function formatEstimate({ value, interval }: Estimate): string {
  return interval === null ? formatShare(value) : `${formatShare(value)} [${interval.map(formatShare).join(", ")}]`;
}

const formatSetting = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
