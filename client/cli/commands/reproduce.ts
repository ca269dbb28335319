import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function reproduceCommand(): Command {
  return defineDelegation(
    "reproduce",
    "the case studies of the FLAMENCO paper on real data of the same shape",
    "flamenco-desk",
    ["reproduce"],
    ["flamenco reproduce cic-ddos --small", "flamenco reproduce worf --data DIR --json", "flamenco reproduce --help"],
  );
}
