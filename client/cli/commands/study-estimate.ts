import { FlamencoError } from "@flamenco/policies/errors";
import {
  estimateRelease,
  findRemedies,
  listCatalogueColumns,
  listSwamped,
  planCatalogue,
  presetRules,
} from "@flamenco/policies/release";
import {
  defaultOutputNames,
  type OutputName,
  outputNames,
  type PresetName,
  presetNames,
} from "@flamenco/policies/wire";
import { Option } from "commander";
import { findPackages } from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption, splitList } from "../common-options.js";

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
    summary: "show price and expected error of a protected release before asking for it",
    examples: [
      "flamenco study estimate --packages alice/ntp@1.0.0 --rows 100000",
      "flamenco study estimate --packages alice/ntp@1.0.0 --rows 1000000 --preset strict --outputs analysis --json",
    ],
    configure: (command) =>
      void addRegistryOption(command)
        .requiredOption("--packages <list>", "packages, each as namespace/name@version")
        .requiredOption("--rows <number>", "rows of the dataset, as its operator tells them")
        .option("--outputs <list>", `what to return (default: ${defaultOutputNames.join(",")})`)
        .addOption(
          new Option("--preset <name>", "release preset")
            .choices(presetNames.filter((name) => presetRules[name].protection === "protected"))
            .default("standard"),
        )
        .option("--epsilon <number>", "privacy loss of the release (default: what the preset gives to one)"),
    async action({ terminal, json, answer }, _args, options) {
      const packages = await findPackages(openRegistry(options), splitList(options.packages));
      const rows = Number(options.rows);
      const request = {
        rows,
        trainingRows: Math.max(1, Math.floor(0.6 * rows)),
        testRows: Math.floor(0.2 * rows),
        lfs: packages.reduce((sum, { manifest }) => sum + manifest.lfs.length, 0),
        labels: packages[0]!.manifest.task.labels.length,
        outputs: parseOutputs(options.outputs),
        ...(options.epsilon === undefined ? {} : { epsilon: Number(options.epsilon) }),
      };
      const rules = presetRules[options.preset];
      const plan = estimateRelease(request, rules);
      const swamped = listSwamped(plan);
      const remedies = swamped.length === 0 ? null : findRemedies(request, rules);
      const { epsilon, delta, microRho, expected } = plan;
      const columns = listCatalogueColumns(packages.flatMap(({ certificates }) => certificates));
      const catalogue =
        columns.length === 0
          ? null
          : { columns, epsilon: rules.epsilon.catalogue, microRho: planCatalogue(rows, rules).noise.microRho };
      // Nodes do not publish balances: a refusal says so, and charges nothing.
      if (json)
        answer({
          preset: options.preset,
          epsilon,
          delta,
          microRho,
          catalogue,
          expected,
          swamped,
          remedies,
          balance: null,
        });
      else {
        const points = (share: number | null) =>
          share === null ? "-" : `${Number((share * 100).toPrecision(2))} points`;
        terminal.out(`Price: epsilon ${epsilon} at delta ${delta} (${microRho} micro-rho).\n`);
        if (catalogue !== null) {
          terminal.out(
            `Statistics of ${columns.join(", ")}: epsilon ${catalogue.epsilon} (${catalogue.microRho} micro-rho) for each that no study compared with before.\n`,
          );
        }
        terminal.out(
          `Expected error: coverage ${points(expected.coverage)}, label accuracy ${points(expected.labelAccuracyLoss)}, F1 ${points(expected.f1)}, share of a leaf ${points(expected.leafShare)}.\n`,
        );
        if (remedies !== null) {
          const { rows: enough, epsilon: wider, lfs } = remedies;
          terminal.out(
            `A node would refuse it: noise swamps ${swamped.join(", ")}. Would do: ${enough ?? "no number of"} rows, or an epsilon of ${wider ?? "none"}, or ${lfs ?? "no number of"} labeling functions.\n`,
          );
        }
      }
      return undefined;
    },
  });
}

function parseOutputs(list: string | undefined): OutputName[] {
  if (list === undefined) return [...defaultOutputNames];
  return splitList(list).map((text) => {
    const name = outputNames.find((one) => one === text);
    if (name === undefined) throw new FlamencoError("FLM_USAGE", `--outputs knows ${outputNames.join(", ")}.`);
    return name;
  });
}
