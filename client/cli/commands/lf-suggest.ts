import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function lfSuggestCommand(): Command {
  return defineDelegation(
    "suggest",
    "explain what to write next: candidate rules on a table, and what each would add to yours",
    "flamenco-desk",
    ["lf", "suggest"],
    ["flamenco lf suggest flows.csv --label y --split split --lfs my-lfs", "flamenco lf suggest --help"],
  );
}
