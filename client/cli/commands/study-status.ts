import type { RunStatus } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { listKeys } from "../../keys/index.js";
import { openStudy } from "../../sdk/index.js";
import { describeState, drawTable, type Terminal, toLine } from "../../terminal/index.js";
import { defineCommand } from "../command.js";
import { addRegistryOption, openRegistry, type RegistryOption } from "../common-options.js";
import { parseDigest } from "../study-digest.js";
import { showStudies } from "./study-list.js";

export function studyStatusCommand(): Command {
  return defineCommand<RegistryOption>({
    usage: "status [digest]",
    summary: "show where the runs of a study stand; without a digest, list the studies that your keys signed",
    examples: [
      "flamenco study status",
      "flamenco study status 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "flamenco study status 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json",
    ],
    configure: (command) => void addRegistryOption(command),
    async action(context, [text], options) {
      const { terminal, colors, json, answer } = context;
      const registry = openRegistry(options);
      if (text === undefined) {
        const { keys } = await listKeys(context.dataDir);
        showStudies(context, (await Promise.all(keys.map(({ keyId }) => registry.listStudies(keyId)))).flat());
        return undefined;
      }
      const digest = parseDigest(text);
      const status = await registry.studyStatus(digest);
      const { study } = await openStudy(status.envelope, digest);
      if (json) answer({ study: digest, title: study.title, createdAt: study.createdAt, runs: status.runs });
      else terminal.out(`${colors.bold(toLine(study.title))}\n\n${drawRuns(terminal, status.runs)}\n`);
      return undefined;
    },
  });
}

function drawRuns(terminal: Terminal, runs: readonly RunStatus[]): string {
  const columns = [{ title: "node" }, { title: "state" }, { title: "result" }, { title: "since" }, { title: "why" }];
  const rows = runs.map(({ node, state, progress, resultReady, updatedAt, error }) => [
    toLine(node),
    progress === undefined || state !== "running"
      ? describeState(state)
      : `${state} (${progress.stage} ${progress.done}/${progress.total})`,
    resultReady ? "ready" : "–",
    updatedAt,
    error === undefined ? "" : toLine(`${error.code} ${error.message}`, Math.max(20, terminal.columns - 60)),
  ]);
  return drawTable(terminal, columns, rows);
}
