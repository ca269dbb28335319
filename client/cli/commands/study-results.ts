import type { Command } from "commander";
import { collectResults, openStudy } from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption } from "../common-options.js";
import { parseDigest } from "../study-digest.js";
import { parseSeconds, presentCollection, waitForResults } from "../study-waiting.js";

interface StudyResultsOptions extends RegistryOption {
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly out?: string;
}

/** Without --wait, what is there is collected in one look: runs that go on count as problems. */
export function studyResultsCommand(): Command {
  return defineCommand<StudyResultsOptions>({
    usage: "results <digest>",
    summary: "fetch, verify and show the results of a study; exits 1 while any node's is missing",
    examples: [
      "flamenco study results 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --wait",
      "flamenco study results 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --out results --json",
    ],
    configure: (command) =>
      void addRegistryOption(command)
        .option("--wait", "wait until every run has ended")
        .option("--timeout <seconds>", "with --wait, wait at most this long")
        .option("--out <folder>", "write results and pictures there"),
    async action(context, [text = ""], options) {
      const digest = parseDigest(text);
      const registry = openRegistry(options);
      const { envelope } = await registry.studyStatus(digest);
      const signed = await openStudy(envelope, digest);
      const collection = options.wait
        ? await waitForResults(context, registry, signed, { timeoutSeconds: parseSeconds(options.timeout) })
        : await collectResults(registry, signed, { wait: false });
      return presentCollection(context, signed, collection, options.out);
    },
  });
}
