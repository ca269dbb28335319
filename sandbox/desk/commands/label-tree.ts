import { writeFile } from "node:fs/promises";
import { renderTreeDot, renderTreeMermaid, renderTreeSvg, renderTreeText } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Metrics, PredictorName } from "@flamenco/policies/wire";
import { Command, Option } from "commander";
import { addLfTableOptions, type DeskTree, growTree, type LfTableOptions, openLfTable } from "../lf-table.js";
import { drawTable, formatShare, toLine } from "../text-table.js";

const forms = ["exact", "chain"] as const;
const formats = ["text", "svg", "dot", "mermaid", "json"] as const;

interface TreeOptions extends LfTableOptions {
  readonly form: (typeof forms)[number];
  readonly format: (typeof formats)[number];
  readonly resolve?: boolean;
  readonly out?: string;
}

/** `flamenco label tree`: the interpretability tree of labeling functions on a table. */
export function labelTreeCommand(): Command {
  const command = new Command("tree")
    .summary("draw the interpretability tree of labeling functions on a table")
    .description(
      "Draw the interpretability tree of labeling functions: the exact one, whose prediction is the label model's on every row, or the chain of the paper.",
    )
    .argument("<file-or-folder>", "labeling functions: one source, or a folder of them");
  addLfTableOptions(command)
    .addOption(new Option("--form <form>", "which tree").choices(forms).default("exact"))
    .addOption(new Option("--format <format>", "how it is written").choices(formats).default("text"))
    .option("--resolve", "leave out of the exact tree what no row reaches under this table's statistics")
    .option("--out <file>", "write it to a file")
    .addHelpText(
      "after",
      `
Examples:
  $ flamenco label tree examples/packages/ntp-ports --data flows.csv
  $ flamenco label tree lfs.ts --data flows.csv --truth label --format svg --out tree.svg
  $ flamenco label tree lfs.ts --data flows.csv --form chain --json
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<TreeOptions>();
    const opened = await openLfTable(path, options);
    const grown = growTree(opened, { form: options.form, resolve: options.resolve === true });
    const { decision: _, ...shown } = grown;
    const document = { ...shown, labelModel: opened.model.document };
    const format = options.json === true ? "json" : options.format;
    const title = `${grown.form === "exact" ? "Exact tree" : "Chain"} of ${toLine(path)}`;
    const text = format === "json" ? JSON.stringify(document, null, 2) : drawAs(format, grown, title);
    const written = text.endsWith("\n") ? text : `${text}\n`;
    if (options.out === undefined) process.stdout.write(written);
    else await writeText(options.out, written);
  });
}

function drawAs(format: Exclude<(typeof formats)[number], "json">, grown: DeskTree, title: string): string {
  switch (format) {
    case "svg":
      return renderTreeSvg(grown.tree, { title });
    case "dot":
      return renderTreeDot(grown.tree, { title });
    case "mermaid":
      return renderTreeMermaid(grown.tree, { title });
    case "text":
      return drawText(grown, title);
  }
}

function drawText({ tree, reason, importance, metrics }: DeskTree, title: string): string {
  return [
    title,
    ...(reason === undefined ? [] : [reason]),
    "",
    renderTreeText(tree),
    "",
    `Order by ${importance.method}.`,
    drawMetrics(metrics),
    ...metrics.reasons,
  ].join("\n");
}

const titles: Readonly<Record<PredictorName, string>> = {
  labelModel: "label model",
  endClassifier: "end classifier",
  tree: "chain",
  exactTree: "exact tree",
};

/** F1 of each predictor, and how often any two of them differ (paper, Tables 5 and 6). */
function drawMetrics(metrics: Metrics): string {
  const { predictors = [], differences = [] } = metrics;
  const rows = predictors.map((name, index) => [
    titles[name],
    formatShare(metrics[name]?.positiveF1 ?? null),
    formatShare(metrics[name]?.macroF1 ?? null),
    ...predictors.map((_, other) => formatShare(differences[index]?.[other] ?? null)),
  ]);
  const headings = ["F1", "macro F1", ...predictors.map((name) => `≠ ${titles[name]}`)];
  return drawTable([{ name: `${metrics.rows} test rows` }, ...headings.map((name) => ({ name, numeric: true }))], rows);
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be written.`, { cause });
  }
}
