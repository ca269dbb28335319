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
  lf: {
    description: "automatic labeling functions from a table",
    commands: {
      generate: async () => (await import("./commands/lf-generate.js")).lfGenerateCommand(),
      suggest: async () => (await import("./commands/lf-suggest.js")).lfSuggestCommand(),
    },
  },
};

/**
 * `flamenco-desk`: labeling on files at somebody's own desk. No node, no registry, nothing is sent anywhere. `flamenco label`,
 * `flamenco lf generate` and `flamenco lf suggest` are carried out by it, so that the client needs none of the data plane.
 * @param wanted the command line's group and command: where they name one, that one alone is loaded
 */
export async function buildProgram([wantedGroup = "", wantedCommand = ""]: readonly string[]): Promise<Command> {
  const program = new Command("flamenco")
    .description("Label models, automatic labeling functions and trees on local files.")
    .showHelpAfterError("(add --help for the options)");
  for (const [name, { description, commands }] of Object.entries(groups)) {
    const group = program.command(name).description(description);
    const isWanted = name === wantedGroup && Object.hasOwn(commands, wantedCommand);
    const loaders = isWanted ? [commands[wantedCommand]] : Object.values(commands);
    if (!isWanted && Object.hasOwn(groups, wantedGroup) && name !== wantedGroup) continue;
    for (const load of loaders) if (load !== undefined) group.addCommand(await load());
  }
  return program;
}
