import { renderTreeText } from "@flamenco/language";
import { counted } from "@flamenco/policies/errors";
import {
  type EndClassifierFit,
  type LfAnalysis,
  type PredictorName,
  predictorNames,
  type Result,
  type Scores,
} from "@flamenco/policies/wire";
import type { Terminal } from "../terminal/index.js";
import {
  drawBar,
  drawTable,
  formatCount,
  formatShare,
  placeSideBySide,
  type TableColumn,
  toBlock,
  toLine,
  widthOf,
} from "../terminal/index.js";
import { renderCombinations } from "./combination-tables.js";
import { lfLabels } from "./lf-labels.js";
import { renderProtection } from "./protection-text.js";

/**
 * Results of the nodes of one study, side by side: analysis, weights, F1, trees; only what was asked for.
 * @param positive the task's positive label
 */
export function renderResults(terminal: Terminal, results: readonly Result[], positive: string): string {
  const sections: [string, string | undefined][] = [
    ["Labeling functions, as each node sees them", renderAnalysis(terminal, results)],
    ["Label model: estimated accuracy of each labeling function where it votes", renderWeights(terminal, results)],
    ["On each node's test split", renderMetrics(terminal, results, positive)],
    ["Share of the test split on which two of them differ", renderDifferences(terminal, results)],
    ["Interpretability trees", renderTrees(terminal, results, "tree")],
    ["Exact trees: their prediction is the label model's on every row", renderTrees(terminal, results, "exactTree")],
    ["Which labeling functions help each other", renderCombinations(terminal, results)],
    ["Protection", renderProtection(results)],
    ["Notes", renderNotes(results)],
  ];
  return sections
    .flatMap(([title, text]) => (text === undefined ? [] : [`${terminal.colors.bold(title)}\n\n${text}\n`]))
    .join("\n");
}

interface AnalysisColumn {
  readonly title: string;
  /** Where the columns of several nodes must share a line. */
  readonly short: string;
  readonly value: (line: LfAnalysis) => string;
}

const analysisColumns: readonly AnalysisColumn[] = [
  { title: "votes", short: "votes", value: ({ polarity }) => toLine(polarity.join(","), 24) || "–" },
  { title: "coverage", short: "cover", value: ({ coverage }) => formatShare(coverage) },
  { title: "overlaps", short: "overl", value: ({ overlaps }) => formatShare(overlaps) },
  { title: "conflicts", short: "confl", value: ({ conflicts }) => formatShare(conflicts) },
  { title: "accuracy", short: "accur", value: ({ empiricalAccuracy }) => formatShare(empiricalAccuracy) },
];

/** Side by side with whole titles, else with short ones, else one node below the other. */
function renderAnalysis(terminal: Terminal, results: readonly Result[]): string | undefined {
  const asked = results.filter(({ outputs }) => outputs.analysis !== undefined);
  if (asked.length === 0) return undefined;
  const beside = (["title", "short"] as const).map((titles) => drawAnalysis(terminal, asked, titles));
  const fitting = beside.find((table) => widthOf(table) <= terminal.columns);
  return fitting ?? asked.map((result) => drawAnalysis(terminal, [result], "short")).join("\n\n");
}

function drawAnalysis(terminal: Terminal, results: readonly Result[], titles: "title" | "short"): string {
  const lfs = distinct(results.flatMap(({ outputs }) => outputs.analysis?.lfs.map(({ lf }) => lf) ?? []));
  const labels = lfLabels(lfs);
  const columns: TableColumn[] = [
    { title: "labeling function" },
    ...results.flatMap(() =>
      analysisColumns.map((column, index) => ({
        title: column[titles],
        align: index === 0 ? ("left" as const) : ("right" as const),
      })),
    ),
  ];
  const rows = lfs.map((lf) => [
    labels.get(lf) ?? "",
    ...results.flatMap(({ outputs }) => {
      const line = outputs.analysis?.lfs.find((candidate) => candidate.lf === lf);
      return analysisColumns.map(({ value }) => (line === undefined ? "–" : value(line)));
    }),
  ]);
  const groups = [
    { title: "", span: 1 },
    ...results.map((result) => ({ title: describeNode(result), span: analysisColumns.length })),
  ];
  return drawTable(terminal, columns, rows, groups);
}

function describeNode({ node, dataset, outputs }: Result): string {
  const covered = outputs.analysis === undefined ? "" : `, ${formatShare(outputs.analysis.labelCoverage)} covered`;
  return `${toLine(node)} · ${counted(dataset.rows, "row", formatCount(dataset.rows))}${covered}`;
}

const BAR_WIDTH = 12;

function renderWeights(terminal: Terminal, results: readonly Result[]): string | undefined {
  const asked = results.filter(({ outputs }) => outputs.labelModel !== undefined);
  if (asked.length === 0) return undefined;
  const lfs = distinct(asked.flatMap(({ outputs }) => outputs.labelModel?.lfs ?? []));
  const labels = lfLabels(lfs);
  const columns = [
    { title: "labeling function" },
    ...asked.map(({ node, outputs }) => ({ title: `${toLine(node)} (${outputs.labelModel?.model})` })),
  ];
  const rows = lfs.map((lf) => [
    labels.get(lf) ?? "",
    ...asked.map(({ outputs }) => {
      const weight = outputs.labelModel?.weights[outputs.labelModel.lfs.indexOf(lf)] ?? null;
      return `${formatShare(weight).padStart(5)} ${terminal.colors.cyan(drawBar(weight, BAR_WIDTH))}`;
    }),
  ]);
  return drawTable(terminal, columns, rows);
}

const scoreLines = (positive: string): [title: string, value: (scores: Scores) => number | null][] => [
  [`F1 of ${positive}`, ({ positiveF1 }) => positiveF1],
  ["macro F1", ({ macroF1 }) => macroF1],
  ["accuracy", ({ accuracy }) => accuracy],
  ["rows with a prediction", ({ coverage }) => coverage],
];

function renderMetrics(terminal: Terminal, results: readonly Result[], positive: string): string | undefined {
  const asked = results.filter(({ outputs }) => outputs.metrics !== undefined);
  if (asked.length === 0) return undefined;
  const columns = [{ title: "" }, ...asked.map(({ node }) => ({ title: toLine(node), align: "right" as const }))];
  const line = (title: string, value: (result: Result) => string) => [title, ...asked.map(value)];
  const rows = [
    line("rows in the test split", ({ outputs }) => formatCount(outputs.metrics?.rows ?? 0)),
    ...scoredPredictors(asked).flatMap((predictor) =>
      scoreLines(positive).map(([title, value]) =>
        line(`${predictorTitles[predictor]}: ${title}`, ({ outputs }) => {
          const scores = outputs.metrics?.[predictor] ?? null;
          return scores === null ? "–" : formatShare(value(scores));
        }),
      ),
    ),
    ...(asked.some(({ outputs }) => outputs.metrics?.endClassifierFit !== undefined)
      ? [line("end classifier: learned from", ({ outputs }) => describeFit(outputs.metrics?.endClassifierFit))]
      : []),
    line("label model and tree differ", ({ outputs }) => formatShare(outputs.metrics?.labelModelTreeDifference)),
  ];
  return drawTable(terminal, columns, rows);
}

/** `lstm (wasm), 20,000 rows`. */
function describeFit(fit: EndClassifierFit | undefined): string {
  return fit === undefined
    ? "–"
    : `${fit.model} (${fit.backend}), ${counted(fit.trainingRows, "row", formatCount(fit.trainingRows))}`;
}

const predictorTitles: Readonly<Record<PredictorName, string>> = {
  labelModel: "label model",
  endClassifier: "end classifier",
  tree: "tree",
  exactTree: "exact tree",
};

/** Label model and tree always, so that a missing score is seen; others where some node has them. */
function scoredPredictors(results: readonly Result[]): PredictorName[] {
  return predictorNames.filter(
    (name) =>
      name === "labelModel" ||
      name === "tree" ||
      results.some(({ outputs }) => (outputs.metrics?.[name] ?? null) !== null),
  );
}

/** The symmetric matrix of each node (paper, Tables 5, 6, 11, 12), where it says more than one number. */
function renderDifferences(terminal: Terminal, results: readonly Result[]): string | undefined {
  const matrices = results.flatMap(({ node, outputs }) => {
    const { predictors = [], differences = [] } = outputs.metrics ?? {};
    if (predictors.length < 3) return [];
    const columns: TableColumn[] = [
      { title: toLine(node) },
      ...predictors.map((name) => ({ title: predictorTitles[name], align: "right" as const })),
    ];
    const rows = predictors.map((name, index) => [
      predictorTitles[name],
      ...predictors.map((_, other) => formatShare(differences[index]?.[other] ?? null)),
    ]);
    return [drawTable(terminal, columns, rows)];
  });
  return matrices.length === 0 ? undefined : placeSideBySide(terminal, matrices);
}

function renderTrees(terminal: Terminal, results: readonly Result[], which: "tree" | "exactTree"): string | undefined {
  const texts = results.flatMap(({ node, outputs }) => {
    const output = outputs[which];
    if (output === undefined) return [];
    const reason = output.reason === undefined ? "" : `${toLine(output.reason, 500)}\n`;
    return [`${terminal.colors.bold(toLine(node))}\n${reason}${toBlock(renderTreeText(output.tree)).trimEnd()}`];
  });
  return texts.length === 0 ? undefined : placeSideBySide(terminal, texts);
}

/** What the nodes say in words, the choice of the label model first; the signed result holds all of it. */
const NOTES_PER_NODE = 4;

function renderNotes(results: readonly Result[]): string | undefined {
  const notes = results.flatMap(({ node, outputs }) => {
    const all = distinct(collectNotes(outputs)).map((note) => shortenLfNames(toLine(note, 500)));
    const hidden = all.length - NOTES_PER_NODE;
    const shown = hidden > 1 ? [...all.slice(0, NOTES_PER_NODE), `${hidden} more notes are in its result.`] : all;
    return shown.map((note) => `${toLine(node)}: ${note}`);
  });
  return notes.length === 0 ? undefined : notes.join("\n");
}

function collectNotes({ analysis, labelModel, metrics }: Result["outputs"]): string[] {
  return [
    ...(labelModel === undefined ? [] : [`${labelModel.model}: ${labelModel.reason}`, ...labelModel.warnings]),
    ...(metrics === undefined
      ? []
      : [...metrics.reasons, ...(metrics.labelModel?.reasons ?? []), ...(metrics.tree?.reasons ?? [])]),
    ...(analysis?.warnings ?? []),
  ];
}

/** In a sentence, the function's own name is enough. */
function shortenLfNames(text: string): string {
  return text.replace(/[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*@[0-9][0-9a-z.-]*#/g, "");
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
