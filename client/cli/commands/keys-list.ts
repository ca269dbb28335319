import type { Command } from "commander";
import { listKeys } from "../../keys/index.js";
import { drawTable, toBlock } from "../../terminal/index.js";
import { defineCommand } from "../command.js";

export function keysListCommand(): Command {
  return defineCommand({
    usage: "list",
    summary: "list your keys",
    examples: ["flamenco keys list", "flamenco keys list --json"],
    async action({ terminal, colors, json, dataDir, answer }) {
      const { keys, unusable } = await listKeys(dataDir);
      if (json) {
        answer({ keys, unusable: unusable.map(({ path, error }) => ({ path, error: error.toDocument() })) });
        return undefined;
      }
      if (keys.length > 0) {
        terminal.out(
          `${drawTable(
            terminal,
            [{ title: "name" }, { title: "key id" }],
            keys.map(({ name, keyId }) => [name, keyId]),
          )}\n`,
        );
      } else if (unusable.length === 0) {
        terminal.out(`No keys in ${dataDir} yet. Make one with: flamenco keys new NAME\n`);
      }
      for (const { error } of unusable) terminal.note(`${colors.yellow("Not usable:")} ${toBlock(error.message)}\n`);
      return undefined;
    },
  });
}
