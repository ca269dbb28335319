import { accessActions } from "@flamenco/policies/access";
import { outputNames, presetNames } from "@flamenco/policies/wire";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { PolicyCheckOptions } from "./policy-check.js";
import type { PolicyExplainOptions } from "./policy-explain.js";
import type { PolicyTestOptions } from "./policy-test.js";

const DIR = "a folder of policies, or a preset (open, standard, strict)";

function parseCount(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("Give a whole number.");
  return value;
}

/** `policy check`, `test`, `explain`: on files alone, beside a running node or without one. */
export function addPolicyCommands(program: Command, dataDir: string): void {
  const policy = program
    .command("policy")
    .description("Check, test and explain access policies.")
    .addHelpText("after", "\nExamples:\n  flamenco policy check strict\n  flamenco policy explain --help");
  policy
    .command("check <dir>")
    .description(`Parse and strictly validate: ${DIR}. Warnings count as errors.`)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  flamenco policy check ~/.flamenco/node/policies\n  flamenco policy check strict --json",
    )
    .action(async (dir: string, options: PolicyCheckOptions) =>
      (await import("./policy-check.js")).checkPolicies(dir, options),
    );
  policy
    .command("test <dir>")
    .description(`Ask the policies what the *.test.json beside them ask: ${DIR}.`)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco policy test standard
  flamenco policy test ~/.flamenco/node/policies --json

Exit code: 0 when every answer is the expected one, 1 when not. docs/policies.md shows a test file.`,
    )
    .action(async (dir: string, options: PolicyTestOptions) =>
      (await import("./policy-test.js")).testPolicies(dir, options),
    );
  policy
    .command("explain <dir>")
    .description(`Who would decide a request, why, and what would change that: ${DIR}.`)
    .option("--request <file>", "an access request as JSON; the options below change it")
    .addOption(new Option("--action <action...>", "what is asked; all of them when absent").choices(accessActions))
    .option(
      "--researcher <key>",
      "key id, or a name that node.json gives it; a key that it does not list is a stranger's",
    )
    .option("--dataset <name>", "name of the dataset")
    .option("--kind <kind>", "its kind, such as flow/1")
    .option("--rows <count>", "its rows", parseCount)
    .addOption(new Option("--preset <preset>", "release preset that is asked for").choices(presetNames))
    .addOption(new Option("--output <output...>", "outputs that are asked for").choices(outputNames))
    .option("--private-field <field...>", "private fields that the functions read")
    .option("--reviews <count>", "reviews of the package that has the fewest", parseCount)
    .option("--literals <count>", "literals that tie the functions to a network", parseCount)
    .option("--end-classifier <model>", "end classifier that is asked for")
    .option("--data-dir <dir>", "data directory whose node.json lists researchers", dataDir)
    .option("--json", "print one line of JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  flamenco policy explain open --private-field srcAddr
  flamenco policy explain ~/.flamenco/node/policies --researcher alice --preset standard --action run release
  flamenco policy explain strict --request request.json --json`,
    )
    .action(async (dir: string, options: PolicyExplainOptions) =>
      (await import("./policy-explain.js")).explainPolicies(dir, options),
    );
}
