import { presetRules } from "@flamenco/policies/release";
import { type PresetName, presetNames } from "@flamenco/policies/wire";
import { Option } from "commander";
import { renderEstimate } from "../../rendering/index.js";
import { estimateStudy, findPackages } from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption, splitList } from "../common-options.js";
import { parseEpsilon, parseOutputs, parseRows } from "../study-options.js";

interface StudyEstimateOptions extends RegistryOption {
  readonly packages: string;
  readonly rows: string;
  readonly outputs?: string;
  readonly preset: PresetName;
  readonly epsilon?: string;
}

/** `flamenco study estimate`: what a protected release would cost and how much its noise would blur, from public numbers. */
export function studyEstimateCommand() {
  return defineCommand<StudyEstimateOptions>({
    usage: "estimate",
    summary: "show price, noise and expected error of a protected release; exits 1 where a node would refuse it",
    examples: [
      "flamenco study estimate --packages alice/ntp@1.0.0 --rows 100000",
      "flamenco study estimate --packages alice/ntp@1.0.0 --rows 1000000 --preset strict --epsilon 0.1",
      "flamenco study estimate --packages alice/ntp@1.0.0,bob/sizes@1.2.0 --rows 40000 --outputs analysis --json",
    ],
    configure: (command) =>
      void addRegistryOption(command)
        .requiredOption("--packages <list>", "packages, each as namespace/name@version")
        .requiredOption("--rows <number>", "rows of the dataset, as its operator tells them")
        .option(
          "--outputs <list>",
          "what to return (default: all of analysis,labelModel,metrics,tree that the preset releases)",
        )
        .addOption(
          new Option("--preset <name>", "release preset")
            .choices(presetNames.filter((name) => presetRules[name].protection === "protected"))
            .default("standard"),
        )
        .option("--epsilon <number>", "privacy loss of the release (default: what the preset gives to one)"),
    async action({ terminal, json, answer }, _args, options) {
      const { preset } = options;
      const epsilon = options.epsilon === undefined ? undefined : parseEpsilon(options.epsilon);
      const outputs = options.outputs === undefined ? undefined : parseOutputs(options.outputs);
      const packages = await findPackages(openRegistry(options), splitList(options.packages));
      const estimate = estimateStudy({
        packages,
        rows: parseRows(options.rows),
        preset,
        epsilon,
        ...(outputs === undefined ? {} : { outputs }),
      });
      if (json) answer(estimate);
      else terminal.out(`${renderEstimate(terminal, estimate)}\n`);
      return estimate.remedies === null ? 0 : 1;
    },
  });
}
