import { basename, resolve } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { synthesizeLfs, writeLfPackage } from "../../synthesis/index.js";
import { answer } from "../answer.js";
import { checkFolderIsFree, writeFolder } from "./lf-generate-folder.js";
import { reportGeneration } from "./lf-generate-report.js";
import { renderGeneration } from "./lf-generate-text.js";
import {
  addSearchOptions,
  readSearchSettings,
  readSearchTable,
  type SearchOptions,
  wholeNumber,
} from "./lf-search-options.js";

interface GenerateOptions extends SearchOptions {
  readonly out: string;
  readonly name?: string;
  readonly rounds: string;
}

/** `flamenco lf generate`: search for labeling functions (Snuba) and write them as a package of sources. */
export function lfGenerateCommand(): Command {
  const command = new Command("generate")
    .summary("search for labeling functions in a table with some labels (Snuba), and write them as source")
    .description(
      "Search a CSV table for labeling functions: rules over its numeric columns, fitted on labeled validation rows, kept for their F1 and diversity, weighed by a label model (Snuba, Varma & Ré 2018). Writes a package of readable sources.",
    )
    .argument("<data>", "CSV file with a heading line");
  addSearchOptions(command)
    .requiredOption("--out <folder>", "new or empty folder for the package")
    .option("--name <namespace/name>", "name of the package (default: local/ and the folder's name)")
    .option("--rounds <number>", "most rounds of the search", "23")
    .addHelpText(
      "after",
      `
Examples:
  $ flamenco lf generate flows.csv --label y --split split --out my-lfs
  $ flamenco lf generate flows.csv --label y --split split --cardinality 2 --out my-lfs --name alice/found --json
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<GenerateOptions>();
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
  });
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
