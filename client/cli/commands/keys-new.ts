import type { Command } from "commander";
import { createKey } from "../../keys/index.js";
import { defineCommand } from "../command.js";

export function keysNewCommand(): Command {
  return defineCommand({
    usage: "new <name>",
    summary: "make a key; an existing one is never overwritten",
    examples: ["flamenco keys new alice", "flamenco keys new alice --json --data-dir /tmp/alice"],
    async action({ terminal, colors, json, dataDir, answer }, [name = ""]) {
      const key = await createKey(dataDir, name);
      if (json) answer(key);
      else {
        terminal.out(`${colors.bold(key.name)}  ${key.keyId}\n`);
        terminal.out(`The private key is in ${key.path}, readable by you alone. Keep a copy in a safe place.\n`);
        terminal.out("Give the key id above to operators who should trust you.\n");
      }
      return undefined;
    },
  });
}
