import { Command } from "commander";
import type { GenerateOptions } from "./lf-generate-run.js";
import { addSearchOptions } from "./lf-search-options.js";

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
    // Loaded when needed: the verifier brings a compiler, of which no other command has use.
    const { generateLfs } = await import("./lf-generate-run.js");
    await generateLfs(path, command.opts<GenerateOptions>());
  });
}
