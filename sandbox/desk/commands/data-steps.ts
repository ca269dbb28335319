import { counted, FlamencoError } from "@flamenco/policies/errors";
import { openPipeline, type Pipeline } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { columnNeedsOf, type PipelineRun, rowsOf, runPipeline, type StepReport } from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { toColumnTable, writeDataTable } from "../data-file.js";
import { type DataTable, readDataTable } from "../data-table.js";
import { drawTable, toLine } from "../text-table.js";
import { readSeed } from "./data-options.js";

/** Options of commands that make a table of a table. */
export interface StepOptions {
  readonly out: string;
  readonly seed: string;
  readonly json?: boolean;
}

export function addStepOptions(command: Command): Command {
  return command
    .requiredOption("--out <file>", "CSV file to write; it must not be there yet")
    .option("--seed <number>", "of random numbers: the same seed gives the same table", "1")
    .option("--json", "answer with one JSON document on standard output");
}

/** One step as the pipeline that it is. @throws FLM_USAGE where the options make none */
export function pipelineOf(step: object): Pipeline {
  try {
    return openPipeline({ schema: "flamenco-pipeline/1", steps: [step] });
  } catch (cause) {
    if (!(cause instanceof FlamencoError)) throw cause;
    throw new FlamencoError("FLM_USAGE", cause.message.replace("pipeline's step 1", "step"), { cause });
  }
}

/**
 * Run a pipeline on a file, write the table, and say what each step did.
 * @param besides more of the answer's document
 */
export async function runOnFile(
  path: string,
  pipeline: Pipeline,
  { out, seed, json }: StepOptions,
  besides: object = {},
): Promise<void> {
  const number = readSeed(seed);
  const { table, steps } = await writeSteps(await readDataTable(path), pipeline, number, out);
  const rows = rowsOf(table);
  answer(json === true, { ...besides, seed: number, rows, columns: table.names, steps, out }, () =>
    [...steps.map(describeStep), `${counted(rows, "row is|rows are")} in ${toLine(out)}`].join("\n\n"),
  );
}

/** Run a pipeline on a table that was read, and write what it makes of it. */
export async function writeSteps(
  source: DataTable,
  pipeline: Pipeline,
  seed: number,
  out: string,
): Promise<PipelineRun> {
  const table = toColumnTable(source, columnNeedsOf(pipeline));
  const run = runPipeline(table, pipeline, seed);
  await writeDataTable(out, run.table, source, table);
  return run;
}

function describeStep(report: StepReport): string {
  switch (report.step) {
    case "label":
      return countTable("label", report.rows);
    case "augment":
      return `New columns: ${report.columns.map(toLine).join(", ")}`;
    case "segment":
      return `${report.groups} groups, ${report.segments} segments`;
    case "oversample":
      return `${report.made} synthetic rows, flagged in the column synthetic`;
    case "select":
      return `${counted(report.columns.length, "column stays|columns stay")}; ${counted(report.nearDuplicates.length, "repeats|repeat")} another one`;
    case "split":
      return countTable("part", report.rows);
  }
}

function countTable(name: string, rows: Readonly<Record<string, number>>): string {
  const lines = Object.entries(rows).map(([value, count]) => [value === "" ? "(none)" : value, String(count)]);
  return drawTable([{ name }, { name: "rows", numeric: true }], lines);
}
