import type { Command } from "commander";
import { nodeDirectoryOf, resolveDataDirectory } from "../../config/index.js";

/** Options of every dataset command. */
export interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("--data-dir <folder>", "data directory (default: $FLAMENCO_DATA_DIR or ~/.flamenco)")
    .option("--json", "answer with one JSON document on standard output", false);
}

/** Folder that holds the node's datasets. */
export function datasetsRootOf({ dataDir }: CommonOptions): string {
  return nodeDirectoryOf(resolveDataDirectory(dataDir, process.env)).datasets;
}

export function answer({ json }: CommonOptions, document: object, render: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : render());
}
