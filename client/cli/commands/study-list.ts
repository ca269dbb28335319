import type { Command } from "commander";
import { loadKey } from "../../keys/index.js";
import { drawTable, toLine } from "../../terminal/index.js";
import { defineCommand } from "../command.js";
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
    async action({ terminal, json, dataDir, answer }, _args, options) {
      const author = options.key === undefined ? undefined : (await loadKey(dataDir, options.key)).keyId;
      const studies = await openRegistry(options).listStudies(author);
      if (json) answer({ studies });
      else if (studies.length === 0) terminal.out("The registry has no such study yet.\n");
      else {
        const columns = [{ title: "study" }, { title: "created" }, { title: "title" }, { title: "runs" }];
        const rows = studies.map(({ study, createdAt, title, runs }) => [
          study,
          createdAt,
          toLine(title, 40),
          toLine(runs.map(({ node, state }) => `${node} ${state}`).join(", "), 60),
        ]);
        terminal.out(`${drawTable(terminal, columns, rows)}\n`);
      }
      return undefined;
    },
  });
}
