import { renderTreeSvg } from "@flamenco/language";
import type { Result } from "@flamenco/policies/wire";
import { renderBarChart } from "./bar-chart.js";
import { lfLabels } from "./lf-labels.js";

/** Pictures of a study's results as SVG files, by file name: the weights, the F1 scores and each node's tree. */
export function renderResultCharts(results: readonly Result[], positive: string): Map<string, string> {
  const charts = new Map<string, string>();
  const weighted = results.filter(({ outputs }) => outputs.labelModel !== undefined);
  if (weighted.length > 0) charts.set("weights.svg", renderWeightChart(weighted));
  const scored = results.filter(({ outputs }) => outputs.metrics !== undefined);
  if (scored.length > 0) charts.set("f1.svg", renderF1Chart(scored, positive));
  for (const { node, outputs } of results) {
    if (outputs.tree !== undefined)
      charts.set(`tree-${node}.svg`, renderTreeSvg(outputs.tree.tree, { title: `Interpretability tree of ${node}` }));
    if (outputs.exactTree !== undefined) {
      const title = `${outputs.exactTree.form === "exact" ? "Exact tree" : "Interpretability tree"} of ${node}`;
      charts.set(`exact-tree-${node}.svg`, renderTreeSvg(outputs.exactTree.tree, { title }));
    }
  }
  return charts;
}

function renderWeightChart(results: readonly Result[]): string {
  const lfs = [...new Set(results.flatMap(({ outputs }) => outputs.labelModel?.lfs ?? []))];
  const labels = lfLabels(lfs);
  return renderBarChart({
    title: "Label-model weights",
    subtitle: "Estimated accuracy of each labeling function where it votes; no node saw another's rows",
    series: results.map(({ node }) => node),
    groups: lfs.map((lf) => ({
      label: labels.get(lf) ?? "",
      values: results.map(({ outputs }) => outputs.labelModel?.weights[outputs.labelModel.lfs.indexOf(lf)] ?? null),
    })),
  });
}

function renderF1Chart(results: readonly Result[], positive: string): string {
  return renderBarChart({
    title: "F1 on each node's test split",
    subtitle: `F1 of ${positive}, the positive label of the task, and the mean over all labels`,
    series: results.map(({ node }) => node),
    groups: [
      {
        label: `Label model, ${positive}`,
        values: results.map(({ outputs }) => outputs.metrics?.labelModel?.positiveF1 ?? null),
      },
      {
        label: `Interpretability tree, ${positive}`,
        values: results.map(({ outputs }) => outputs.metrics?.tree?.positiveF1 ?? null),
      },
      {
        label: "Label model, mean",
        values: results.map(({ outputs }) => outputs.metrics?.labelModel?.macroF1 ?? null),
      },
      {
        label: "Interpretability tree, mean",
        values: results.map(({ outputs }) => outputs.metrics?.tree?.macroF1 ?? null),
      },
    ],
  });
}
