import type { Command } from "commander";
import { defineGroup } from "../command.js";
import { keysListCommand } from "./keys-list.js";
import { keysNewCommand } from "./keys-new.js";
import { keysShowCommand } from "./keys-show.js";

export function keysCommand(): Command {
  return defineGroup(
    "keys",
    "make and show the keys that you sign with",
    ["flamenco keys new alice", "flamenco keys list"],
    [keysNewCommand(), keysListCommand(), keysShowCommand()],
  );
}
