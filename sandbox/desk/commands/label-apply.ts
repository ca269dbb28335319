import { counted, FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { predictPatterns, predictSoftLabels } from "../../labeling/index.js";
import { answer } from "../answer.js";
import { readModel } from "../model-file.js";
import { drawTable, formatShare, toLine } from "../text-table.js";
import { countVoteFile, readVoteFile, type VoteFile } from "../vote-file.js";
import { parseCount, parseFileOptions, voteFileHelp } from "../vote-options.js";
import { writeSoftLabels } from "./label-apply-file.js";

interface ApplyOptions {
  readonly lfs?: string;
  readonly head: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `flamenco label apply`: soft labels from a saved label model. */
export function labelApplyCommand(): Command {
  const command = new Command("apply")
    .summary("soft labels of a file of votes from a saved label model")
    .description(
      "Give the rows of a file of votes the soft labels of a label model that `flamenco label fit --out` saved.",
    )
    .argument("<model>", "JSON file of a label model")
    .argument("<votes>", "CSV file of votes of the same labeling functions")
    .option("--lfs <columns>", "columns that hold votes (default: those of the model's labeling functions)")
    .option("--head <rows>", "print the soft labels of so many rows", "10")
    .option("--out <file>", "CSV file to write: the file of votes with a column p_LABEL for each label")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `${voteFileHelp}
Examples:
  $ flamenco label fit votes.csv --out model.json
  $ flamenco label apply model.json more-votes.csv --head 100 --json
  $ flamenco label apply model.json flows.csv --lfs port,size --out labeled.csv
  $ flamenco learn labeled.csv --target y --soft p_benign,p_attack --model forest
`,
    );
  return command.action(async (modelPath: string, votesPath: string) => {
    const options = command.opts<ApplyOptions>();
    const head = parseCount("--head", options.head);
    const { labels, model } = await readModel(modelPath);
    const file = await readVoteFile(votesPath, { ...parseFileOptions(options), labels });
    assertSameLfs(file, model.document.lfs);
    const { histogram, patternOfRow } = countVoteFile(file, null);
    const soft = predictSoftLabels(model, histogram);
    const predictions = predictPatterns(model, histogram);
    const k = model.labelCount;
    const first = patternOfRow.subarray(0, head);
    const softLabelOf = (pattern: number) =>
      soft.labeled[pattern] === 0 ? null : soft.probabilities.subarray(pattern * k, (pattern + 1) * k);
    if (options.out !== undefined) {
      await writeSoftLabels(votesPath, options.out, { labels, softLabelOf: (row) => softLabelOf(patternOfRow[row]!) });
    }
    const report = {
      model: model.document.model,
      n: file.rows,
      patterns: histogram.counts.length,
      labels,
      labeledRows: patternOfRow.reduce((rows, pattern) => rows + soft.labeled[pattern]!, 0),
      softLabels: Array.from(first, (pattern) => {
        const shares = softLabelOf(pattern);
        return shares === null ? null : [...shares];
      }),
      predictions: Array.from(first, (pattern) => (predictions[pattern]! < 0 ? null : predictions[pattern]!)),
      out: options.out ?? null,
    };
    answer(
      options.json === true,
      report,
      () => `${report.labeledRows} of ${counted(report.n, "row")} ${report.labeledRows === 1 ? "has" : "have"} a soft label by ${report.model}.

${drawTable(
  [{ name: "row", numeric: true }, ...labels.map((name) => ({ name, numeric: true })), { name: "prediction" }],
  report.softLabels.map((row, index) => [
    String(index + 1),
    ...labels.map((_label, y) => formatShare(row?.[y] ?? null)),
    report.predictions[index] == null ? "-" : labels[report.predictions[index]]!,
  ]),
)}`,
    );
  });
}

function assertSameLfs({ path, lfNames }: VoteFile, lfs: readonly string[]): void {
  if (lfNames.length === lfs.length && lfNames.every((name, lf) => name === lfs[lf])) return;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `${toLine(path)} does not hold the votes of the model's ${lfs.length} labeling functions in their order. Name the columns with --lfs.`,
  );
}
