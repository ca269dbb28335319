import type { Command } from "commander";
import { defineGroup } from "../command.js";
import { lfCheckCommand } from "./lf-check.js";
import { lfExplainCommand } from "./lf-explain.js";
import { lfGenerateCommand } from "./lf-generate.js";
import { lfInitCommand } from "./lf-init.js";
import { lfListCommand } from "./lf-list.js";
import { lfPublishCommand } from "./lf-publish.js";
import { lfSuggestCommand } from "./lf-suggest.js";
import { lfTestCommand } from "./lf-test.js";

export function lfCommand(): Command {
  return defineGroup(
    "lf",
    "write, check and publish labeling functions",
    [
      "flamenco lf init my-lfs --name alice/ntp",
      "flamenco lf check my-lfs",
      "flamenco lf test my-lfs",
      "flamenco lf generate flows.csv --label y --split split --out found-lfs",
      "flamenco lf publish my-lfs --key alice",
    ],
    [
      lfInitCommand(),
      lfCheckCommand(),
      lfExplainCommand(),
      lfTestCommand(),
      lfGenerateCommand(),
      lfSuggestCommand(),
      lfPublishCommand(),
      lfListCommand(),
    ],
  );
}
