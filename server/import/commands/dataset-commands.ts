import type { Command } from "commander";
import { datasetAddCommand } from "./dataset-add.js";
import { datasetDescribeCommand } from "./dataset-describe.js";
import { datasetDropCommand } from "./dataset-drop.js";
import { datasetListCommand } from "./dataset-list.js";
import { datasetShowCommand, datasetVersionsCommand } from "./dataset-show.js";

/** `flamenco dataset …`: works beside a running node, which takes up a new version with its next run. */
export function registerDatasetCommands(program: Command): void {
  const group = program.command("dataset").description("Import, list, describe and drop the datasets of this node.");
  const commands = [
    datasetAddCommand(),
    datasetListCommand(),
    datasetShowCommand(),
    datasetDescribeCommand(),
    datasetVersionsCommand(),
    datasetDropCommand(),
  ];
  for (const command of commands) group.addCommand(command.copyInheritedSettings(group));
}
