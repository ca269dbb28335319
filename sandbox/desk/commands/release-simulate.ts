import { randomBytes } from "node:crypto";
import { FlamencoError } from "@flamenco/policies/errors";
import { type ByteSource, parseReleaseRules, presetRules } from "@flamenco/policies/release";
import { type PresetName, presetNames, type ReleaseRules } from "@flamenco/policies/wire";
import { Command, Option } from "commander";
import { SeededRandom } from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { toLine } from "../text-table.js";
import { readVoteFile } from "../vote-file.js";
import { parseBalance, parseCount, parseFileOptions, parseNumber, voteFileHelp } from "../vote-options.js";
import { reportSimulation } from "./release-simulate-report.js";
import { renderSimulation } from "./release-simulate-text.js";
import { simulateRelease } from "./release-simulation.js";

interface SimulateOptions {
  readonly preset: PresetName;
  readonly epsilon?: string;
  readonly unit?: string;
  readonly rowsPerUnit?: string;
  readonly balance?: string;
  readonly labels?: string;
  readonly lfs?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

/** `flamenco release simulate`: what a release of a file of votes would say, beside the exact values. */
export function releaseSimulateCommand(): Command {
  const command = new Command("simulate")
    .summary("a protected release of a file of votes beside the exact values")
    .description(
      "Show what a protected release of a file of votes would say, beside the exact values: coverage, weights, agreement and, with ground truth, F1. For an operator to judge what protection costs. Nothing is released or charged.",
    )
    .argument("<votes>", "CSV file of votes")
    .addOption(
      new Option("--preset <name>", "release rules")
        .choices(presetNames.filter((name) => name !== "open"))
        .default("standard"),
    )
    .option("--epsilon <number>", "privacy loss of the release (default: that of the preset)")
    .option("--unit <column>", "column that says whose row it is, such as host and day (default: each row is its own)")
    .option("--rows-per-unit <rows>", "rows of a unit that count (default: that of the preset; 1 without --unit)")
    .option("--balance <shares>", "share of each label, in order, such as .3,.7 (default: even)")
    .option("--labels <names>", "names of the labels, in order (default: from the file)")
    .option("--lfs <columns>", "columns that hold votes (default: all but y, node, gold and the unit)")
    .option("--seed <number>", "noise from a seed, for simulation only: the output must never be released")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `${voteFileHelp}
Examples:
  $ flamenco release simulate votes.csv --preset standard
  $ flamenco release simulate votes.csv --unit host-day --epsilon 1 --json
  $ flamenco release simulate votes.csv --seed 7
`,
    );
  return command.action(async (path: string) => {
    const options = command.opts<SimulateOptions>();
    const seed = options.seed === undefined ? null : parseCount("--seed", options.seed);
    const classBalance = options.balance === undefined ? undefined : parseBalance(options.balance);
    const rules = chooseRules(options);
    const file = await readVoteFile(path, {
      ...parseFileOptions(options),
      ...(options.unit === undefined ? {} : { unit: options.unit }),
      ...(classBalance === undefined ? {} : { labelCount: classBalance.length }),
    });
    if (classBalance !== undefined && classBalance.length !== file.labels.length) {
      throw new FlamencoError(
        "FLM_USAGE",
        `--balance gives ${classBalance.length} shares, and ${toLine(path)} has ${file.labels.length} labels.`,
      );
    }
    const simulation = simulateRelease(file, {
      rules,
      bytes: seed === null ? (count) => randomBytes(count) : seededBytes(seed),
      ...(classBalance === undefined ? {} : { classBalance }),
    });
    const report = reportSimulation(simulation, {
      file: path,
      preset: options.preset,
      seed,
      unit: options.unit ?? null,
      labels: file.labels,
    });
    answer(options.json === true, report, () => renderSimulation(report));
  });
}

/** The preset's rules with what the command line changes. A larger ε than the preset's is what a simulation is for. */
function chooseRules({ preset, epsilon, unit, rowsPerUnit }: SimulateOptions): ReleaseRules {
  const rules = presetRules[preset];
  const release = epsilon === undefined ? rules.epsilon.release : parseNumber(epsilon);
  const least = (value: number) => Math.max(value, release);
  const { collaborator, dataset } = rules.epsilon;
  return parseReleaseRules({
    ...rules,
    epsilon: { ...rules.epsilon, release, collaborator: least(collaborator), dataset: least(dataset) },
    ...(unit === undefined
      ? { privacyUnit: "row", rowsPerUnit: 1 }
      : {
          privacyUnit: "column",
          unitColumn: unit,
          rowsPerUnit: rowsPerUnit === undefined ? rules.rowsPerUnit : parseCount("--rows-per-unit", rowsPerUnit),
        }),
  });
}

function seededBytes(seed: number): ByteSource {
  const random = new SeededRandom(seed);
  return (count) => Uint8Array.from({ length: count }, () => random.nextUint32() & 0xff);
}
