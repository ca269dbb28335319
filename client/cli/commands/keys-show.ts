import type { Command } from "commander";
import { loadKey } from "../../keys/index.js";
import { defineCommand } from "../command.js";

export function keysShowCommand(): Command {
  return defineCommand({
    usage: "show <name>",
    summary: "show the public half of a key",
    examples: ["flamenco keys show alice", "flamenco keys show alice --json"],
    async action({ terminal, colors, json, dataDir, answer }, [name = ""]) {
      const { keyId } = await loadKey(dataDir, name);
      if (json) answer({ name, keyId });
      else terminal.out(`${colors.bold(name)}  ${keyId}\n`);
      return undefined;
    },
  });
}
