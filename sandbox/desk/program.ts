import { Command } from "commander";

type Loader = () => Promise<Command>;

interface Group {
  readonly description: string;
  /** Loaded when needed: to read a file of votes takes no compiler. */
  readonly commands: Readonly<Record<string, Loader>>;
}

const groups: Readonly<Record<string, Group>> = {
  label: {
    description: "label models, their analysis and trees on local files",
    commands: {
      fit: async () => (await import("./commands/label-fit.js")).labelFitCommand(),
      apply: async () => (await import("./commands/label-apply.js")).labelApplyCommand(),
      analyze: async () => (await import("./commands/label-analyze.js")).labelAnalyzeCommand(),
      combine: async () => (await import("./commands/label-combine.js")).labelCombineCommand(),
      tree: async () => (await import("./commands/label-tree.js")).labelTreeCommand(),
      explain: async () => (await import("./commands/label-explain-row.js")).labelExplainRowCommand(),
    },
  },
  data: {
    description: "preprocessing of local files: modes, thresholds, windows, features, splits, labels",
    commands: {
      modality: async () => (await import("./commands/data-modality.js")).dataModalityCommand(),
      thresholds: async () => (await import("./commands/data-thresholds.js")).dataThresholdsCommand(),
      oversample: async () => (await import("./commands/data-oversample.js")).dataOversampleCommand(),
      augment: async () => (await import("./commands/data-augment.js")).dataAugmentCommand(),
      select: async () => (await import("./commands/data-select.js")).dataSelectCommand(),
      split: async () => (await import("./commands/data-split.js")).dataSplitCommand(),
      label: async () => (await import("./commands/data-label.js")).dataLabelCommand(),
      run: async () => (await import("./commands/data-run.js")).dataRunCommand(),
    },
  },
  release: {
    description: "what a protected release of votes would say, beside the exact values",
    commands: {
      simulate: async () => (await import("./commands/release-simulate.js")).releaseSimulateCommand(),
    },
  },
  lf: {
    description: "automatic labeling functions from a table",
    commands: {
      generate: async () => (await import("./commands/lf-generate.js")).lfGenerateCommand(),
      suggest: async () => (await import("./commands/lf-suggest.js")).lfSuggestCommand(),
    },
  },
};

/** Commands that stand alone. */
const singles: Readonly<Record<string, Loader>> = {
  flows: async () => (await import("./commands/flows.js")).flowsCommand(),
  decode: async () => (await import("./commands/decode.js")).decodeCommand(),
  learn: async () => (await import("./commands/learn.js")).learnCommand(),
  outliers: async () => (await import("./commands/outliers.js")).outliersCommand(),
  collect: async () => (await import("./commands/collect.js")).collectCommand(),
  reproduce: async () => (await import("./commands/reproduce.js")).reproduceCommand(),
};

/**
 * `flamenco-desk`: labeling and data on files at somebody's own desk. No node, no registry, nothing is sent anywhere. The
 * client hands `flamenco label`, `flamenco data`, `flamenco flows` and the like on to it, and needs none of the data plane itself.
 * @param wanted the command line's group and command: where they name one, that one alone is loaded
 */
export async function buildProgram([wantedGroup = "", wantedCommand = ""]: readonly string[]): Promise<Command> {
  const program = new Command("flamenco")
    .description("Labeling, preprocessing and packet captures on local files.")
    .showHelpAfterError("(add --help for the options)");
  const known = Object.hasOwn(groups, wantedGroup) || Object.hasOwn(singles, wantedGroup);
  const isWanted = (name: string) => !known || name === wantedGroup;
  for (const [name, { description, commands }] of Object.entries(groups)) {
    if (!isWanted(name)) continue;
    const group = program.command(name).description(description);
    const one = known && Object.hasOwn(commands, wantedCommand) ? commands[wantedCommand] : undefined;
    for (const load of one === undefined ? Object.values(commands) : [one]) group.addCommand(await load());
  }
  for (const [name, load] of Object.entries(singles)) if (isWanted(name)) program.addCommand(await load());
  return program;
}
