import { Command } from "commander";
import { listVersions, openCurrentVersion } from "../../datasets/index.js";
import { answer, type CommonOptions, datasetsRootOf, withCommonOptions } from "./common-options.js";
import { renderDataset, renderVersions, summaryOf } from "./dataset-report.js";

export function datasetShowCommand(): Command {
  return withCommonOptions(new Command("show"))
    .description("Show what is known of a dataset: account, columns, statistics. Never a row.")
    .argument("<name>", "name of the dataset")
    .addHelpText("after", "\nExamples:\n  flamenco dataset show north\n  flamenco dataset show north --json")
    .action(showDataset);
}

export function datasetVersionsCommand(): Command {
  return withCommonOptions(new Command("versions"))
    .description("List the versions of a dataset, oldest first. New runs use the current one.")
    .argument("<name>", "name of the dataset")
    .addHelpText("after", "\nExamples:\n  flamenco dataset versions north\n  flamenco dataset versions north --json")
    .action(showVersions);
}

async function showDataset(name: string, options: CommonOptions): Promise<void> {
  const root = datasetsRootOf(options);
  const current = await openCurrentVersion(root, name);
  const versions = await listVersions(root, name);
  const { version, manifest } = current;
  const document = { dataset: name, version, manifest, versions: versions.map(summaryOf) };
  answer(options, document, () => renderDataset(current, versions));
}

async function showVersions(name: string, options: CommonOptions): Promise<void> {
  const root = datasetsRootOf(options);
  const current = (await openCurrentVersion(root, name)).version;
  const versions = await listVersions(root, name);
  answer(options, { dataset: name, current, versions: versions.map(summaryOf) }, () =>
    renderVersions(versions, current),
  );
}
