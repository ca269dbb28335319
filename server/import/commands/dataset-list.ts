import { Command } from "commander";
import { listDatasets } from "../../datasets/index.js";
import { toLine } from "../../support/index.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";
import { renderDatasets, summaryOf } from "./dataset-report.js";

export function datasetListCommand(): Command {
  return withCommonOptions(new Command("list"))
    .description("List the datasets.")
    .addHelpText("after", "\nExamples:\n  flamenco dataset list\n  flamenco dataset list --json")
    .action(listAll);
}

async function listAll(options: CommonOptions): Promise<void> {
  const damaged: { name: string; code: string; message: string }[] = [];
  const datasets = await listDatasets(datasetsRootOf(options), (name, { code, message }) =>
    damaged.push({ name, code, message }),
  );
  for (const { code, message } of damaged) process.stderr.write(`${code}: ${toLine(message)}\n`);
  if (damaged.length > 0) process.exitCode = 1;
  answer(options, { datasets: datasets.map(summaryOf), damaged }, () => renderDatasets(datasets));
}
