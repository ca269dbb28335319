import { basename, resolve } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { synthesizeLfs, writeLfPackage } from "../../synthesis/index.js";
import { answer } from "../answer.js";
import { checkFolderIsFree, writeFolder } from "./lf-generate-folder.js";
import { reportGeneration } from "./lf-generate-report.js";
import { renderGeneration } from "./lf-generate-text.js";
import { readSearchSettings, type SearchOptions, wholeNumber } from "./lf-search-options.js";
import { readSearchTable } from "./lf-search-table.js";

export interface GenerateOptions extends SearchOptions {
  readonly out: string;
  readonly name?: string;
  readonly rounds: string;
}

/** Search a table for labeling functions, write them as a package, and answer. */
export async function generateLfs(path: string, options: GenerateOptions): Promise<void> {
  const settings = readSearchSettings(options);
  const rounds = wholeNumber("--rounds", options.rounds);
  await checkFolderIsFree(options.out);
  const table = await readSearchTable(path, options);
  const synthesis = synthesizeLfs(table, {
    ...settings,
    rounds,
    keepFirst: 3,
    keep: 1,
    onRound: reportProgress(),
  });
  if (synthesis.lfs.length === 0) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      "No column tells the two labels apart on the validation rows: no labeling function was found.",
    );
  }
  const name = options.name ?? `local/${nameOfFolder(options.out)}`;
  const written = writeLfPackage({ ...table, name, lfs: synthesis.lfs });
  await writeFolder(options.out, written.files);
  const report = reportGeneration({ name, folder: options.out, table, synthesis, settings, written });
  answer(options.json === true, report, () => renderGeneration(report));
}

/** A line on standard error for each round, once the search has taken two seconds. */
function reportProgress(): (round: number) => void {
  const start = process.hrtime.bigint();
  return (round) => {
    if (process.hrtime.bigint() - start > 2_000_000_000n) process.stderr.write(`round ${round}\n`);
  };
}

function nameOfFolder(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 64);
  return name === "" ? "generated" : name;
}
