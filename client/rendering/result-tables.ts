import { renderTreeText } from "@flamenco/language";
import type { LfAnalysis, Result, Scores } from "@flamenco/policies/wire";
import { drawBar, formatCount, formatShare } from "./numbers.js";
import { toBlock, toLine } from "./printable.js";
import { drawTable, placeSideBySide, type TableColumn, widthOf } from "./table.js";
import type { Terminal } from "./terminal.js";

/** Results of the nodes of one study, side by side: analysis, weights, F1, trees; only what was asked for. */
export function renderResults(terminal: Terminal, results: readonly Result[]): string {
  const sections: [string, string | undefined][] = [
    ["Labeling functions, as each node sees them", renderAnalysis(terminal, results)],
    ["Label model: estimated accuracy of each labeling function where it votes", renderWeights(terminal, results)],
    ["On each node's test split", renderMetrics(terminal, results)],
    ["Interpretability trees", renderTrees(terminal, results)],
    ["Notes", renderNotes(results)],
  ];
  return sections
    .flatMap(([title, text]) => (text === undefined ? [] : [`${terminal.colors.bold(title)}\n\n${text}\n`]))
    .join("\n");
}

/** `function` alone: the packages are named above, and ids are long. */
export function shortLfName(lf: string): string {
  return toLine(lf.slice(lf.indexOf("#") + 1), 40);
}

/** Names of LFs for one column: short where that is enough to tell them apart. */
export function lfLabels(lfs: readonly string[]): Map<string, string> {
  const short = lfs.map(shortLfName);
  return new Map(
    lfs.map((lf, index) => [
      lf,
      short.filter((name) => name === short[index]).length > 1 ? toLine(lf) : (short[index] ?? ""),
    ]),
  );
}

const analysisColumns: readonly { readonly title: string; readonly value: (line: LfAnalysis) => string }[] = [
  { title: "votes", value: ({ polarity }) => toLine(polarity.join(","), 24) || "–" },
  { title: "coverage", value: ({ coverage }) => formatShare(coverage) },
  { title: "overlaps", value: ({ overlaps }) => formatShare(overlaps) },
  { title: "conflicts", value: ({ conflicts }) => formatShare(conflicts) },
  { title: "accuracy", value: ({ empiricalAccuracy }) => formatShare(empiricalAccuracy) },
];

function renderAnalysis(terminal: Terminal, results: readonly Result[]): string | undefined {
  const asked = results.filter(({ outputs }) => outputs.analysis !== undefined);
  if (asked.length === 0) return undefined;
  const wide = analysisTable(terminal, asked);
  return widthOf(wide) <= terminal.columns
    ? wide
    : asked.map((result) => analysisTable(terminal, [result])).join("\n\n");
}

function analysisTable(terminal: Terminal, results: readonly Result[]): string {
  const lfs = distinct(results.flatMap(({ outputs }) => outputs.analysis?.lfs.map(({ lf }) => lf) ?? []));
  const labels = lfLabels(lfs);
  const columns: TableColumn[] = [
    { title: "labeling function" },
    ...results.flatMap(() =>
      analysisColumns.map(({ title }, index) => ({
        title,
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
  return `${toLine(node)} · ${formatCount(dataset.rows)} rows${covered}`;
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

const scoreLines: readonly { readonly title: string; readonly value: (scores: Scores) => number | null }[] = [
  { title: "F1", value: ({ positiveF1 }) => positiveF1 },
  { title: "macro F1", value: ({ macroF1 }) => macroF1 },
  { title: "accuracy", value: ({ accuracy }) => accuracy },
  { title: "rows with a prediction", value: ({ coverage }) => coverage },
];

function renderMetrics(terminal: Terminal, results: readonly Result[]): string | undefined {
  const asked = results.filter(({ outputs }) => outputs.metrics !== undefined);
  if (asked.length === 0) return undefined;
  const columns = [{ title: "" }, ...asked.map(({ node }) => ({ title: toLine(node), align: "right" as const }))];
  const line = (title: string, value: (result: Result) => string) => [title, ...asked.map(value)];
  const rows = [
    line("rows in the test split", ({ outputs }) => formatCount(outputs.metrics?.rows ?? 0)),
    ...(["labelModel", "tree"] as const).flatMap((predictor) =>
      scoreLines.map(({ title, value }) =>
        line(`${predictor === "tree" ? "tree" : "label model"}: ${title}`, ({ outputs }) => {
          const scores = outputs.metrics?.[predictor] ?? null;
          return scores === null ? "–" : formatShare(value(scores));
        }),
      ),
    ),
    line("label model and tree differ", ({ outputs }) => formatShare(outputs.metrics?.labelModelTreeDifference)),
  ];
  return drawTable(terminal, columns, rows);
}

function renderTrees(terminal: Terminal, results: readonly Result[]): string | undefined {
  const texts = results.flatMap(({ node, outputs }) =>
    outputs.tree === undefined
      ? []
      : [`${terminal.colors.bold(toLine(node))}\n${toBlock(renderTreeText(outputs.tree.tree)).trimEnd()}`],
  );
  return texts.length === 0 ? undefined : placeSideBySide(terminal, texts);
}

function renderNotes(results: readonly Result[]): string | undefined {
  const notes = results.flatMap(({ node, outputs: { analysis, labelModel, metrics } }) =>
    distinct([
      ...(labelModel === undefined ? [] : [labelModel.reason, ...labelModel.warnings]),
      ...(analysis?.warnings ?? []),
      ...(metrics === undefined
        ? []
        : [...metrics.reasons, ...(metrics.labelModel?.reasons ?? []), ...(metrics.tree?.reasons ?? [])]),
    ]).map((note) => `${toLine(node)}: ${toLine(note, 500)}`),
  );
  return notes.length === 0 ? undefined : notes.join("\n");
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
