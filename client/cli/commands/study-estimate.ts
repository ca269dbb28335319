import { FlamencoError } from "@flamenco/policies/errors";
import { presetRules } from "@flamenco/policies/release";
import type { OpenedPackage } from "@flamenco/policies/trust";
import { type PresetName, presetNames } from "@flamenco/policies/wire";
import { Option } from "commander";
import { renderEstimate } from "../../rendering/index.js";
import {
  type DatasetTerms,
  estimateStudy,
  findNodes,
  findPackages,
  findTerms,
  type RegistryClient,
} from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import {
  addRegistryOption,
  findKeyId,
  type KeyOption,
  openRegistry,
  type RegistryOption,
  splitList,
} from "../common-options.js";
import { parseEpsilon, parseOutputs, parseRows } from "../study-options.js";

interface StudyEstimateOptions extends RegistryOption, KeyOption {
  readonly packages: string;
  readonly node?: string;
  readonly dataset?: string;
  readonly rows?: string;
  readonly outputs?: string;
  readonly preset?: PresetName;
  readonly epsilon?: string;
}

/** `flamenco study estimate`: what a protected release would cost and how much its noise would blur, from public numbers. */
export function studyEstimateCommand() {
  return defineCommand<StudyEstimateOptions>({
    usage: "estimate",
    summary:
      "show price, balance, noise and expected error of a protected release; exits 1 where a node would refuse it",
    examples: [
      "flamenco study estimate --packages alice/ntp@1.0.0 --node north",
      "flamenco study estimate --packages alice/ntp@1.0.0 --node north --dataset flows --preset strict --epsilon 0.1",
      "flamenco study estimate --packages alice/ntp@1.0.0,bob/sizes@1.2.0 --rows 40000 --outputs analysis --json",
    ],
    configure: (command) =>
      void addRegistryOption(command)
        .requiredOption("--packages <list>", "packages, each as namespace/name@version")
        .option("--node <name>", "a node, or its key id: its terms, and what it says is left of its budgets")
        .option("--dataset <name>", "with --node, its dataset (default: its only one of the kind)")
        .option("--key <name>", "with --node, whose balance to show (default: that of your only key)")
        .option("--rows <number>", "without --node, rows of the dataset as its operator tells them")
        .option(
          "--outputs <list>",
          "what to return (default: all of analysis,labelModel,metrics,tree that the rules release)",
        )
        .addOption(
          new Option(
            "--preset <name>",
            "release preset (default: what the dataset is under, otherwise standard)",
          ).choices(presetNames.filter((name) => presetRules[name].protection === "protected")),
        )
        .option("--epsilon <number>", "privacy loss of the release (default: what the rules give to one)"),
    async action({ terminal, json, dataDir, answer }, _args, options) {
      const { preset } = options;
      const epsilon = options.epsilon === undefined ? undefined : parseEpsilon(options.epsilon);
      const outputs = options.outputs === undefined ? undefined : parseOutputs(options.outputs);
      assertOneSource(options);
      const rows = options.rows === undefined ? undefined : parseRows(options.rows);
      const registry = openRegistry(options);
      const packages = await findPackages(registry, splitList(options.packages));
      const estimate = estimateStudy({
        packages,
        dataset: rows ?? (await askNode(registry, packages, options)),
        collaborator: rows === undefined ? await findKeyId(options, dataDir) : undefined,
        preset,
        epsilon,
        ...(outputs === undefined ? {} : { outputs }),
      });
      if (json) answer(estimate);
      else terminal.out(`${renderEstimate(terminal, estimate)}\n`);
      return estimate.remedies === null && estimate.affordable ? 0 : 1;
    },
  });
}

function assertOneSource({ node, dataset, key, rows }: StudyEstimateOptions): void {
  if ((node === undefined) === (rows === undefined)) {
    throw new FlamencoError("FLM_USAGE", "Give either --node, whose terms are asked for, or --rows.");
  }
  if (rows !== undefined && (dataset !== undefined || key !== undefined)) {
    throw new FlamencoError("FLM_USAGE", "--dataset and --key go with --node.");
  }
}

async function askNode(
  registry: RegistryClient,
  packages: readonly OpenedPackage[],
  { node = "", dataset }: StudyEstimateOptions,
): Promise<DatasetTerms> {
  const announced = await registry.listNodes();
  const [target] = findNodes(announced, { nodes: [node], kind: packages[0]!.manifest.kind, dataset });
  return findTerms(announced, target!);
}
