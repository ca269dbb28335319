import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function nodeCommand(): Command {
  return defineDelegation(
    "node",
    "run a node: your data, your policies",
    "flamenco-node",
    [],
    ["flamenco node init --name north --registry http://127.0.0.1:7610", "flamenco node start", "flamenco node --help"],
  );
}
