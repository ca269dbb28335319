import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function collectCommand(): Command {
  return defineDelegation(
    "collect",
    "receive NetFlow v5, v9 and IPFIX over UDP into files to import",
    "flamenco-desk",
    ["collect"],
    ["flamenco collect --port 2055 --out flows", "flamenco collect --help"],
  );
}
