import type { Command } from "commander";
import { defineGroup } from "../command.js";
import { studyEstimateCommand } from "./study-estimate.js";
import { studyListCommand } from "./study-list.js";
import { studyNodesCommand } from "./study-nodes.js";
import { studyResultsCommand } from "./study-results.js";
import { studyRunCommand } from "./study-run.js";
import { studyStatusCommand } from "./study-status.js";

export function studyCommand(): Command {
  return defineGroup(
    "study",
    "ask nodes to run labeling functions, and read what they release",
    ["flamenco study run --packages alice/ntp@1.0.0 --nodes north,south --wait", "flamenco study list"],
    [
      studyNodesCommand(),
      studyEstimateCommand(),
      studyRunCommand(),
      studyStatusCommand(),
      studyResultsCommand(),
      studyListCommand(),
    ],
  );
}
