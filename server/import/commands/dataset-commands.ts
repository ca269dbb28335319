import type { Command } from "commander";
import { nodeDirectoryOf, resolveDataDirectory } from "../../config/index.js";
import { type DatasetVersion, listDatasets, listVersions, openCurrentVersion } from "../../datasets/index.js";
import { software } from "../../software.js";
import { dialectNames } from "../dialects/index.js";
import { importDataset } from "../import-dataset.js";
import { parseLabelMap } from "../label-map.js";
import { renderDataset, renderDatasets, renderImport } from "./dataset-report.js";
import { interruptible } from "./interruption.js";
import { ProgressLine } from "./progress-line.js";
import { toLine } from "./text-table.js";

interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

interface AddOptions extends CommonOptions {
  readonly dialect: string;
  readonly labels?: string;
  readonly dryRun: boolean;
}

/** `flamenco dataset add|list|show`: they work beside a running node, which takes up a new version with its next run. */
export function registerDatasetCommands(program: Command): void {
  const group = program.command("dataset").description("Import, list and describe the datasets of this node.");
  withCommonOptions(group.command("add"))
    .description("Import files as the new current version of a dataset, with an account of every row.")
    .argument("<name>", "name of the dataset: lower-case letters, digits, hyphens")
    .argument("<files...>", "CSV files, plain or gzip")
    .option("--dialect <dialect>", `how the files are written: ${dialectNames.join(", ")}`, "auto")
    .option("--labels <map>", "ground truth from the label column: LABEL=VALUE,... where * is every other value")
    .option("--dry-run", "do everything but publish the version", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco dataset add border flows-monday.csv flows-tuesday.csv.gz
  flamenco dataset add north examples/data/north.csv --labels benign=BENIGN,attack=DrDoS_NTP
  flamenco dataset add north *.csv --labels 'benign=BENIGN,attack=*' --dry-run --json

Every row is kept or dropped with a reason; on any error the dataset stays as it was.
Exit code: 0 imported, 1 failed, 2 wrong command line.`,
    )
    .action(addDataset);
  withCommonOptions(group.command("list"))
    .description("List the datasets.")
    .addHelpText("after", "\nExamples:\n  flamenco dataset list\n  flamenco dataset list --json")
    .action(listAll);
  withCommonOptions(group.command("show"))
    .description("Describe a dataset: account, columns, statistics. Never a row.")
    .argument("<name>", "name of the dataset")
    .addHelpText("after", "\nExamples:\n  flamenco dataset show north\n  flamenco dataset show north --json")
    .action(showDataset);
}

function withCommonOptions(command: Command): Command {
  return command
    .option("--data-dir <folder>", "data directory (default: $FLAMENCO_DATA_DIR or ~/.flamenco)")
    .option("--json", "answer with one JSON document on standard output", false);
}

async function addDataset(name: string, files: string[], options: AddOptions): Promise<void> {
  const progress = new ProgressLine(process.stderr);
  try {
    const result = await interruptible((signal) =>
      importDataset({
        root: rootOf(options),
        name,
        files,
        dialect: options.dialect,
        labels: options.labels === undefined ? null : parseLabelMap(options.labels),
        dryRun: options.dryRun,
        now: () => new Date(),
        software,
        signal,
        onProgress: (state) => progress.show(state),
      }),
    );
    progress.clear();
    const { manifest, published, labelCounts, unseenValues } = result;
    const document = { dataset: name, version: published?.version ?? null, manifest, labelCounts, unseenValues };
    answer(options, document, () => renderImport(result));
  } finally {
    progress.clear();
  }
}

async function listAll(options: CommonOptions): Promise<void> {
  const damaged: { name: string; code: string; message: string }[] = [];
  const datasets = await listDatasets(rootOf(options), (name, { code, message }) =>
    damaged.push({ name, code, message }),
  );
  for (const { code, message } of damaged) process.stderr.write(`${code}: ${toLine(message)}\n`);
  if (damaged.length > 0) process.exitCode = 1;
  answer(options, { datasets: datasets.map(summaryOf), damaged }, () => renderDatasets(datasets));
}

async function showDataset(name: string, options: CommonOptions): Promise<void> {
  const root = rootOf(options);
  const current = await openCurrentVersion(root, name);
  const versions = await listVersions(root, name);
  const document = {
    dataset: name,
    version: current.version,
    manifest: current.manifest,
    versions: versions.map(summaryOf),
  };
  answer(options, document, () => renderDataset(current, versions));
}

function summaryOf({ name, version, manifest }: DatasetVersion): object {
  const { kind, rows, importedAt, truth } = manifest;
  return { name, version, kind, rows, importedAt, truth };
}

function rootOf({ dataDir }: CommonOptions): string {
  return nodeDirectoryOf(resolveDataDirectory(dataDir, process.env)).datasets;
}

function answer({ json }: CommonOptions, document: object, render: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : render());
}
