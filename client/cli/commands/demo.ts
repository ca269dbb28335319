import { resolve } from "node:path";
import type { Command } from "commander";
import { runDemo } from "../../demo/index.js";
import { defineCommand } from "../command.js";

interface DemoCommandOptions {
  readonly out: string;
  readonly keep?: boolean;
}

export function demoCommand(): Command {
  return defineCommand<DemoCommandOptions>({
    usage: "demo",
    summary: "two networks label real flows together, on this machine, in about half a minute",
    examples: ["flamenco demo", "flamenco demo --keep", "flamenco demo --out /tmp/flamenco-demo --json"],
    configure: (command) =>
      void command
        .option("--out <folder>", "where results, pictures and logs go; an earlier demo's are replaced", "demo-out")
        .option("--keep", "leave the services up until Ctrl-C"),
    action: ({ terminal, json, answer }, _args, { out, keep = false }) =>
      runDemo({
        out: resolve(out),
        keep,
        terminal,
        environment: process.env,
        showTables: !json,
        onSummary: (summary) => {
          if (json) answer(summary);
        },
      }),
  });
}
