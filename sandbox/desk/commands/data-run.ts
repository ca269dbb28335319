import { Command } from "commander";
import { digestPipeline, parsePipeline, pipelineFileLimits } from "../../pipeline-file/index.js";
import { readTextFile } from "../text-file.js";
import { addStepOptions, runOnFile, type StepOptions } from "./data-steps.js";

/** `flamenco data run`: the steps of a pipeline file on a table. */
export function dataRunCommand(): Command {
  const command = new Command("run")
    .summary("run a pipeline file on a table")
    .description(
      "Run the steps of a pipeline (YAML, `schema: flamenco-pipeline/1`) in their order: label, augment, segment, split, oversample, select. A node that imports with the same pipeline prepares its rows alike; the digest names it.",
    )
    .argument("<pipeline>", "pipeline file")
    .argument("<file>", "CSV file with a heading line, gzip or not");
  addStepOptions(command).addHelpText(
    "after",
    `
Example of a pipeline:
  schema: flamenco-pipeline/1
  steps:
    - { step: segment, by: [source, destination], modesOf: rttMs }
    - { step: augment, column: rttMs, by: [source, destination], time: timeMs, rows: 10 }
    - { step: label, by: rule, rules: [{ label: noise, when: rttMs > 300 }], otherwise: good }
    - { step: split, preset: atlas, time: timeMs, within: segment }

Examples:
  $ flamenco data run rtt.pipeline.yaml rtt.csv --out prepared.csv
  $ flamenco data run rtt.pipeline.yaml rtt.csv --out prepared.csv --seed 7 --json
`,
  );
  return command.action(async (pipelinePath: string, path: string) => {
    const pipeline = parsePipeline(await readTextFile(pipelinePath, pipelineFileLimits.bytes));
    await runOnFile(path, pipeline, command.opts<StepOptions>(), { pipeline: digestPipeline(pipeline) });
  });
}
