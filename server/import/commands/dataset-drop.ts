import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { dropDataset, dropVersion } from "../../datasets/index.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";

interface DropOptions extends CommonOptions {
  readonly version?: string;
  readonly yes: boolean;
}

export function datasetDropCommand(): Command {
  return withCommonOptions(new Command("drop"))
    .description("Remove one version of a dataset, or the whole dataset. The files are gone afterwards.")
    .argument("<name>", "name of the dataset")
    .option("--version <digest>", "this version alone, by the beginning of its digest; not the current one")
    .option("--yes", "do it; without this the command only says what would be removed", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco dataset versions north
  flamenco dataset drop north --version 3f9ac41b22d0 --yes
  flamenco dataset drop north --yes

A run that is reading what is dropped fails; results that were released stay.
Exit code: 0 removed, 1 failed or not confirmed, 2 wrong command line.`,
    )
    .action(drop);
}

async function drop(name: string, options: DropOptions): Promise<void> {
  const root = datasetsRootOf(options);
  const dropped =
    options.version === undefined
      ? await dropDataset(root, name, { confirmed: options.yes })
      : await dropVersion(root, name, options.version, { confirmed: options.yes });
  const what = dropped.map((version) => version.slice(0, 12)).join(", ");
  if (!options.yes) {
    throw new FlamencoError(
      "FLM_CONFIRMATION",
      `This would remove from the dataset ${name} for good: ${what}. Add --yes to do it.`,
    );
  }
  answer(options, { dataset: name, dropped }, () => `Removed from the dataset ${name}: ${what}\n`);
}
