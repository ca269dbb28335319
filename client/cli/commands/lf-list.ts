import type { Command } from "commander";
import { drawTable, toLine } from "../../terminal/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption } from "../common-options.js";

export function lfListCommand(): Command {
  return defineCommand<RegistryOption>({
    usage: "list [namespace/name]",
    summary: "list the packages of the registry, or the versions of one",
    examples: [
      "flamenco lf list",
      "flamenco lf list alice/ntp --registry http://127.0.0.1:7610",
      "flamenco lf list --json",
    ],
    configure: (command) => void addRegistryOption(command),
    async action({ terminal, json, answer }, [name], options) {
      const packages = await openRegistry(options).listPackages(name);
      if (json) answer({ packages });
      else if (packages.length === 0) terminal.out("The registry has no such package yet.\n");
      else {
        const columns = [
          { title: "package" },
          { title: "kind" },
          { title: "task" },
          { title: "LFs", align: "right" as const },
          { title: "description" },
        ];
        const room = Math.max(20, terminal.columns - 60);
        const rows = packages.map((line) => [
          toLine(`${line.name}@${line.version}`),
          toLine(line.kind),
          toLine(line.task),
          String(line.lfs.length),
          toLine(line.description, room),
        ]);
        terminal.out(`${drawTable(terminal, columns, rows)}\n`);
      }
      return undefined;
    },
  });
}
