import { FlamencoError } from "@flamenco/policies/errors";
import {
  type ClassifierName,
  classifierNames,
  defaultOutputNames,
  type LabelModelName,
  type LfPrior,
  labelModelNames,
  outputNames,
  type PresetName,
  presetNames,
} from "@flamenco/policies/wire";
import { type Command, Option } from "commander";
import { createStudy, findNodes, findPackages, strictestPreset } from "../../sdk/index.js";
import { readClassifier } from "../classifier-settings.js";
import { defineCommand } from "../command.js";
import {
  addKeyOption,
  addRegistryOption,
  type KeyOption,
  openKey,
  openRegistry,
  type RegistryOption,
  splitList,
} from "../common-options.js";
import { parseEpsilon, parseOutputs } from "../study-options.js";
import { parseSeconds, presentCollection, waitForResults } from "../study-waiting.js";

interface StudyRunOptions extends RegistryOption, KeyOption {
  readonly packages: string;
  readonly nodes: string;
  readonly dataset?: string;
  readonly outputs?: string;
  readonly labelModel: LabelModelName;
  readonly preset?: PresetName;
  readonly epsilon?: string;
  readonly classBalance?: string;
  readonly prior: readonly LfPrior[];
  readonly classifier?: ClassifierName;
  readonly classifierSettings?: string;
  readonly seed: string;
  readonly days?: string;
  readonly title?: string;
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly out?: string;
}

export function studyRunCommand(): Command {
  return defineCommand<StudyRunOptions>({
    usage: "run",
    summary: "sign a study and send it to nodes",
    examples: [
      "flamenco study run --packages alice/ntp@1.0.0 --nodes north,south --wait",
      "flamenco study run --packages alice/ntp@1.0.0,bob/sizes@1.2.0 --nodes north --dataset flows --outputs analysis,metrics --key alice --json",
      "flamenco study run --packages alice/ntp@1.0.0 --nodes north --classifier lstm --classifier-settings lstm.json --wait",
      "flamenco study run --packages alice/ntp@1.0.0 --nodes north --preset standard --epsilon 0.25 --wait",
    ],
    configure: (command) =>
      void addKeyOption(addRegistryOption(command))
        .requiredOption("--packages <list>", "packages, each as namespace/name@version")
        .requiredOption("--nodes <list>", "names of nodes, or their key ids")
        .option("--dataset <name>", "dataset on every node (default: its only one of the kind)")
        .option(
          "--outputs <list>",
          `what to return, of ${outputNames.join(",")} (default: ${defaultOutputNames.join(",")}; strict: without tree)`,
        )
        .addOption(
          new Option("--label-model <name>", "how votes become soft labels").choices(labelModelNames).default("auto"),
        )
        .addOption(
          new Option(
            "--preset <name>",
            "release preset (default: the strictest that one of the datasets is under, as their nodes tell)",
          ).choices(presetNames),
        )
        .option(
          "--epsilon <number>",
          "with standard or strict, privacy loss of the release (default: what the node gives to one)",
        )
        .option("--class-balance <list>", "prior of each label, in the task's order (default: estimated on the node)")
        .option(
          "--prior <lf=mean[:strength]>",
          "how often an LF (namespace/name@version#function) is right when it votes, and the labeled votes that this weighs (10); may be repeated",
          (text: string, before: readonly LfPrior[]) => [...before, parsePrior(text)],
          [],
        )
        .addOption(
          new Option(
            "--classifier <model>",
            "end classifier to train on the soft labels and compare in the metrics; no more of it leaves a node",
          ).choices(classifierNames),
        )
        .option(
          "--classifier-settings <file>",
          "JSON object of the classifier's settings (default: those of docs/learning)",
        )
        .option("--seed <number>", "seed of the split, the label model and the end classifier", "0")
        .option("--days <number>", "days that nodes may still start it (default: 7)")
        .option("--title <text>", "what the study is for")
        .option("--wait", "wait for the results and show them")
        .option("--timeout <seconds>", "with --wait, wait at most this long")
        .option("--out <folder>", "with --wait, write results and pictures there"),
    async action(context, _args, options) {
      const { terminal, colors, json, dataDir, answer } = context;
      const timeoutSeconds = parseSeconds(options.timeout);
      const epsilon = options.epsilon === undefined ? undefined : parseEpsilon(options.epsilon);
      const registry = openRegistry(options);
      const endClassifier = await readClassifier(options.classifier, options.classifierSettings);
      const key = await openKey(options, dataDir);
      const packages = await findPackages(registry, splitList(options.packages));
      const { task, kind } = packages[0]!.manifest;
      const announced = await registry.listNodes();
      const targets = findNodes(announced, {
        nodes: splitList(options.nodes),
        kind,
        dataset: options.dataset,
      });
      const preset = options.preset ?? strictestPreset(announced, targets);
      const signed = await createStudy(
        {
          title: options.title ?? `${task.id} on ${targets.map(({ node }) => node).join(", ")}`,
          task,
          kind,
          packages: packages.map(({ reference }) => reference),
          targets,
          ...(options.outputs === undefined ? {} : { outputs: parseOutputs(options.outputs) }),
          labelModel: options.labelModel,
          preset,
          ...(epsilon === undefined ? {} : { epsilon }),
          ...(options.classBalance === undefined ? {} : { classBalance: splitList(options.classBalance).map(Number) }),
          priors: options.prior,
          ...(endClassifier === undefined ? {} : { endClassifier }),
          seed: Number(options.seed),
          ...(options.days === undefined ? {} : { days: parseDays(options.days) }),
        },
        key,
      );
      await registry.submitStudy(signed.envelope);
      if (!options.wait) {
        if (json) answer({ study: signed.digest, targets, preset });
        else {
          const nodes = targets.map(({ node }) => node).join(", ");
          terminal.out(`Study ${colors.bold(signed.digest)} sent to ${nodes}, to be released under ${preset}.\n`);
          terminal.out(`Results: flamenco study results ${signed.digest} --wait --registry ${registry.url}\n`);
        }
        return undefined;
      }
      terminal.note(`Study ${signed.digest}, to be released under ${preset}\n`);
      const collection = await waitForResults(context, registry, signed, { timeoutSeconds });
      return presentCollection(context, signed, collection, options.out);
    },
  });
}

const DEFAULT_PRIOR_STRENGTH = 10;

function parsePrior(text: string): LfPrior {
  const [, lf = "", mean = "", strength] = /^([^=]+)=([0-9.]+)(?::([0-9.]+))?$/.exec(text) ?? [];
  const prior = {
    lf,
    mean: Number(mean),
    strength: strength === undefined ? DEFAULT_PRIOR_STRENGTH : Number(strength),
  };
  if (lf === "" || mean === "" || !(prior.mean >= 0 && prior.mean <= 1) || !(prior.strength > 0)) {
    throw new FlamencoError(
      "FLM_USAGE",
      "--prior takes an LF, a mean from 0 to 1 and, if wanted, a strength above 0: alice/ntp@1.0.0#lowPort=0.9:50.",
    );
  }
  return prior;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 3650))
    throw new FlamencoError("FLM_USAGE", `${JSON.stringify(text)} is not a number of days.`);
  return days;
}
