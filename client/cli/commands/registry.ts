import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function registryCommand(): Command {
  return defineDelegation(
    "registry",
    "run a registry of packages and studies",
    "flamenco-registry",
    [],
    ["flamenco registry start", "flamenco registry start --port 7610 --json", "flamenco registry --help"],
  );
}
