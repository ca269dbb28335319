import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { explainRow, type RowExplanation } from "../../explain/index.js";
import { answer } from "../answer.js";
import { addLfTableOptions, growTree, type LfTableOptions, openLfTable } from "../lf-table.js";
import { drawTable, toLine } from "../text-table.js";
import { parseCount } from "../vote-options.js";

interface ExplainOptions extends LfTableOptions {
  readonly row: string;
}

/** `flamenco label explain`: why one row of a table has its label. */
export function labelExplainRowCommand(): Command {
  const command = new Command("explain")
    .summary("explain one row: conditions, votes, what each vote moved, the way through the tree")
    .description(
      "Explain the label of one row of your own table: which conditions held, how each labeling function voted and how far it moved the label model, and the way through the exact tree.",
    )
    .argument("<file-or-folder>", "labeling functions: one source, or a folder of them")
    .requiredOption("--row <number>", "the row; 1 is the first under the heading line");
  addLfTableOptions(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco label explain examples/packages/ntp-ports --data flows.csv --row 17
  $ flamenco label explain lfs.ts --data flows.csv --row 1 --model em --json
`,
  );
  return command.action(async (path: string) => {
    const options = command.opts<ExplainOptions>();
    const row = parseCount("--row", options.row);
    const opened = await openLfTable(path, options);
    const { sources, table, model, truth } = opened;
    if (row < 1 || row > table.rows) {
      throw new FlamencoError("FLM_USAGE", `--row: ${toLine(options.data)} has rows 1 to ${table.rows}.`);
    }
    const { decision, reason } = growTree(opened, { form: "exact" });
    const explanation = explainRow({
      row: table.rowAt(row - 1),
      statistics: table.statistics,
      lfs: sources.lfs,
      labels: sources.labels,
      model,
      decision,
    });
    const document = {
      row,
      truth: truth === null ? null : (sources.labels[truth[row - 1] ?? -1] ?? null),
      ...explanation,
      ...(reason === undefined ? {} : { reason }),
    };
    answer(options.json === true, document, () => drawExplanation(document));
  });
}

type Contributions = NonNullable<RowExplanation["contributions"]>;

function drawExplanation(
  explained: RowExplanation & { readonly row: number; readonly truth: string | null; readonly reason?: string },
): string {
  const { row, truth, lfs, softLabel, prediction, contributions, treePath, treePrediction, reason } = explained;
  const soft =
    softLabel === null
      ? "no labeling function votes"
      : Object.entries(softLabel)
          .map(([label, share]) => `${label} ${share.toFixed(3)}`)
          .join(", ");
  const table = drawTable(
    [{ name: "labeling function" }, { name: "vote" }, { name: "adds", numeric: true }, { name: "because" }],
    lfs.map(({ lf, vote, contribution, path }) => [
      lf,
      vote ?? "abstains",
      contribution === null ? "-" : withSign(contribution),
      path.map(({ condition, answer }) => `${condition}: ${answer}`).join("; "),
    ]),
  );
  return [
    `Row ${row}: ${prediction ?? "no prediction"} (${soft})${truth === null ? "" : `; truth ${truth}`}`,
    "",
    table,
    ...(contributions === null ? [] : [describeContributions(contributions)]),
    "",
    ...(treePath === null
      ? [reason ?? "There is no exact tree."]
      : [
          "Through the exact tree:",
          ...treePath.map(({ condition, answer }) => `  ${toLine(condition)}: ${answer}`),
          `  -> ${treePrediction ?? "inconclusive"}`,
        ]),
  ].join("\n");
}

function withSign(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(2)}`;
}

function describeContributions({ unit, label, against, balance, total }: Contributions): string {
  const what = unit === "log-odds" ? "log-odds" : "share of votes";
  return `Each adds so much to the ${what} of ${toLine(label)} against ${toLine(against)}; with the class balance (${withSign(balance)}) they make ${withSign(total)}.`;
}
