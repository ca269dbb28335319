import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { readAlertReport } from "../alert-report.js";
import { readNames } from "./data-options.js";
import { addStepOptions, pipelineOf, runOnFile, type StepOptions } from "./data-steps.js";

interface LabelOptions extends StepOptions {
  readonly rule: readonly string[];
  readonly alerts?: string;
  readonly label: string;
  readonly time?: string;
  readonly addresses?: string;
  readonly ports?: string;
  readonly column?: string;
  readonly map: readonly string[];
  readonly otherwise?: string;
  readonly into: string;
}

/** `flamenco data label`: ground truth from what an operator knows. */
export function dataLabelCommand(): Command {
  const command = new Command("label")
    .summary("label rows by rules, an alert report or another column")
    .description(
      "Add a column of labels. By rules (the first whose condition holds), by the time spans of an alert report (CSV or JSON with start, end and, where known, addresses, ports and label), or by the cells of another column.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .option("--rule <label: condition>", 'for example "attack: dstPort = 123 and bytes > 400"; repeatable', collect, [])
    .option("--alerts <file>", "alert report; needs --time")
    .option("--label <name>", "label of alerts that name none", "attack")
    .option("--time <column>", "milliseconds that alerts are compared with")
    .option("--addresses <columns>", "columns that an alert's addresses are looked for in, for example srcAddr,dstAddr")
    .option("--ports <columns>", "columns that an alert's ports are looked for in")
    .option("--column <name>", "column whose cells --map translates")
    .option("--map <cell=label>", "repeatable", collect, [])
    .option("--otherwise <label>", "of rows that nothing applies to (default: none)")
    .option("--into <column>", "column to write", "label");
  addStepOptions(command).addHelpText(
    "after",
    `
Conditions compare columns with numbers or 'texts' (= != < <= > >=, is missing), joined by and, or, not and parentheses.
Columns whose names are more than letters, digits and _ stand in "double quotes". A comparison with a missing cell fails.

Examples:
  $ flamenco data label rtt.csv --rule "noise: rttMs > 300 or lost = 1" --otherwise good --out labeled.csv
  $ flamenco data label flows.csv --alerts report.csv --time startTimeMs --addresses srcAddr,dstAddr --otherwise benign --out labeled.csv
  $ flamenco data label cic.csv --column Label --map BENIGN=benign --map DrDoS_NTP=attack --out labeled.csv
`,
  );
  return command.action(async (path: string) => {
    const options = command.opts<LabelOptions>();
    await runOnFile(path, pipelineOf(await readStep(options)), options);
  });
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

async function readStep(options: LabelOptions): Promise<object> {
  const { rule, alerts, column, map, otherwise, into } = options;
  if ([rule.length > 0, alerts !== undefined, column !== undefined].filter(Boolean).length !== 1) {
    throw new FlamencoError("FLM_USAGE", "Give one of --rule, --alerts and --column.");
  }
  const common = { step: "label", into, ...(otherwise === undefined ? {} : { otherwise }) };
  if (column !== undefined) return { ...common, by: "column", column, map: Object.fromEntries(map.map(readPair)) };
  if (alerts === undefined) return { ...common, by: "rule", rules: rule.map(readRule) };
  if (options.time === undefined) throw new FlamencoError("FLM_USAGE", "--alerts needs --time.");
  const [addresses, ports] = [readNames(options.addresses), readNames(options.ports)];
  return {
    ...common,
    by: "alerts",
    alerts: await readAlertReport(alerts),
    time: options.time,
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(ports.length === 0 ? {} : { ports }),
    label: options.label,
  };
}

function readRule(text: string): { label: string; when: string } {
  const colon = text.indexOf(":");
  if (colon < 1) throw new FlamencoError("FLM_USAGE", "--rule takes a label, a colon and a condition.");
  return { label: text.slice(0, colon).trim(), when: text.slice(colon + 1).trim() };
}

function readPair(text: string): [string, string] {
  const sign = text.lastIndexOf("=");
  if (sign < 0) throw new FlamencoError("FLM_USAGE", "--map takes cell=label.");
  return [text.slice(0, sign), text.slice(sign + 1)];
}
