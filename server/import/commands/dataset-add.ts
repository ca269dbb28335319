import { readFile, stat } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { parsePipeline, pipelineFileLimits } from "@flamenco/sandbox/pipeline-file";
import { Command, InvalidArgumentError, Option } from "commander";
import { software } from "../../software.js";
import { inputFormatNames } from "../formats.js";
import { importDataset } from "../import-dataset.js";
import { parseLabelMap } from "../label-map.js";
import type { PipelinePlan } from "../preparation.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";
import { renderImport } from "./dataset-report.js";
import { interruptible } from "./interruption.js";
import { ProgressLine } from "./progress-line.js";

interface AddOptions extends CommonOptions {
  readonly dialect: string;
  readonly labels?: string;
  readonly pipeline?: string;
  readonly seed: number;
  readonly dryRun: boolean;
}

export function datasetAddCommand(): Command {
  return withCommonOptions(new Command("add"))
    .description("Import files as the new current version of a dataset, with an account of every row.")
    .argument("<name>", "name of the dataset: lower-case letters, digits, hyphens")
    .argument("<files...>", "files of one kind, plain or gzip: CSV, captures, exports, measurements, Parquet")
    .option("--dialect <dialect>", `how the files are written: ${inputFormatNames.join(", ")}`, "auto")
    .option("--labels <map>", "ground truth from the label column: LABEL=VALUE,... where * is every other value")
    .option("--pipeline <file>", "prepare the rows as this YAML file says; it is kept with the version")
    .addOption(new Option("--seed <number>", "seed of the pipeline's random numbers").argParser(parseSeed).default(1))
    .option("--dry-run", "do everything but publish the version, and show what becomes of each column", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco dataset add border flows-monday.csv flows-tuesday.csv.gz
  flamenco dataset add north examples/data/north.csv --labels benign=BENIGN,attack=DrDoS_NTP
  flamenco dataset add north *.csv --labels 'benign=BENIGN,attack=*' --dry-run --json
  flamenco dataset add paths ping.ndjson.gz --pipeline prepare.yaml

Every row is kept or dropped with a reason; on any error the dataset stays as it was. The same command goes on with an import
that was interrupted, behind the last file of which enough had been read (64 MB between two such points).
Exit code: 0 imported, 1 failed, 2 wrong command line.`,
    )
    .action(addDataset);
}

async function addDataset(name: string, files: string[], options: AddOptions): Promise<void> {
  const progress = new ProgressLine(process.stderr);
  const preparation =
    options.pipeline === undefined ? {} : { preparation: await readPlan(options.pipeline, options.seed) };
  try {
    const result = await interruptible((signal) =>
      importDataset({
        root: datasetsRootOf(options),
        name,
        files,
        dialect: options.dialect,
        labels: options.labels === undefined ? null : parseLabelMap(options.labels),
        ...preparation,
        dryRun: options.dryRun,
        now: () => new Date(),
        software,
        signal,
        onProgress: (state) => progress.show(state),
      }),
    );
    progress.clear();
    const { manifest, published, labelCounts, unseenValues, mapping, resumedFiles } = result;
    const document = {
      dataset: name,
      version: published?.version ?? null,
      manifest,
      labelCounts,
      unseenValues,
      resumedFiles,
      ...(options.dryRun ? { mapping } : {}),
    };
    answer(options, document, () => renderImport(result));
  } finally {
    progress.clear();
  }
}

/** @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA */
async function readPlan(path: string, seed: number): Promise<PipelinePlan> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The pipeline ${path} cannot be read: it is no plain file.`);
  }
  if (found.size > pipelineFileLimits.bytes) {
    throw new FlamencoError("FLM_TOO_LARGE", `A pipeline file has at most ${pipelineFileLimits.bytes} bytes.`);
  }
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The pipeline ${path} cannot be read.`, { cause });
  });
  return { pipeline: parsePipeline(text), seed };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^[0-9]{1,15}$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError("A seed is a whole number from 0.");
  }
  return seed;
}
