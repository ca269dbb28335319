import type { StudiesAnswer } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { loadKey } from "../../keys/index.js";
import { describeState, drawTable, toLine } from "../../terminal/index.js";
import { type CommandContext, defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption } from "../common-options.js";

interface StudyListOptions extends RegistryOption {
  readonly key?: string;
}

export function studyListCommand(): Command {
  return defineCommand<StudyListOptions>({
    usage: "list",
    summary: "list the studies of the registry",
    examples: ["flamenco study list", "flamenco study list --key alice", "flamenco study list --json"],
    configure: (command) =>
      void addRegistryOption(command).option("--key <name>", "only the studies signed with this key of yours"),
    async action(context, _args, options) {
      const author = options.key === undefined ? undefined : (await loadKey(context.dataDir, options.key)).keyId;
      showStudies(context, await openRegistry(options).listStudies(author));
      return undefined;
    },
  });
}

/** Print or answer a list of studies. */
export function showStudies({ terminal, json, answer }: CommandContext, studies: StudiesAnswer["studies"]): void {
  if (json) answer({ studies });
  else if (studies.length === 0) terminal.out("The registry has no such study yet.\n");
  else {
    const columns = [{ title: "study" }, { title: "created" }, { title: "title" }, { title: "runs" }];
    const rows = studies.map(({ study, createdAt, title, runs }) => [
      study,
      createdAt,
      toLine(title, 40),
      toLine(runs.map(({ node, state }) => `${node} ${describeState(state)}`).join(", "), 60),
    ]);
    terminal.out(`${drawTable(terminal, columns, rows)}\n`);
  }
}
