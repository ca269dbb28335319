import type { Command } from "commander";
import { renderNodes } from "../../rendering/index.js";
import { balancesOf } from "../../sdk/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, findKeyId, type KeyOption, openRegistry, type RegistryOption } from "../common-options.js";

/** `flamenco study nodes`: who can be asked, about what, under which terms, and what is left of each budget. */
export function studyNodesCommand(): Command {
  return defineCommand<RegistryOption & KeyOption>({
    usage: "nodes",
    summary: "list nodes and their datasets: kind, size, release preset, and what is left of the privacy budgets",
    examples: ["flamenco study nodes", "flamenco study nodes --key alice", "flamenco study nodes --json"],
    configure: (command) =>
      void addRegistryOption(command).option("--key <name>", "whose balance to show (default: that of your only key)"),
    async action({ terminal, json, dataDir, answer }, _args, options) {
      const collaborator = await findKeyId(options, dataDir);
      const announced = await openRegistry(options).listNodes();
      const nodes = announced.map(({ name, keyId, at, software, datasets }) => ({
        name,
        keyId,
        at,
        software,
        datasets: datasets.map(({ terms, ...dataset }) => ({
          ...dataset,
          terms: terms ?? null,
          // Exact releases cost nothing.
          balances:
            terms?.rules.protection === "protected"
              ? balancesOf(terms.rules, terms.rows, terms.charged, collaborator)
              : null,
        })),
      }));
      if (json) answer({ nodes });
      else terminal.out(`${renderNodes(terminal, nodes)}\n`);
      return undefined;
    },
  });
}
