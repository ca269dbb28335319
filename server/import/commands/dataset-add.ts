import { Command } from "commander";
import { software } from "../../software.js";
import { dialectNames } from "../dialects/index.js";
import { importDataset } from "../import-dataset.js";
import { parseLabelMap } from "../label-map.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";
import { renderImport } from "./dataset-report.js";
import { interruptible } from "./interruption.js";
import { ProgressLine } from "./progress-line.js";

interface AddOptions extends CommonOptions {
  readonly dialect: string;
  readonly labels?: string;
  readonly dryRun: boolean;
}

export function datasetAddCommand(): Command {
  return withCommonOptions(new Command("add"))
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
}

async function addDataset(name: string, files: string[], options: AddOptions): Promise<void> {
  const progress = new ProgressLine(process.stderr);
  try {
    const result = await interruptible((signal) =>
      importDataset({
        root: datasetsRootOf(options),
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
