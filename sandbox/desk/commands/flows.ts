import { extname } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { Command, Option } from "commander";
import {
  type FeatureSetName,
  type MeterMode,
  type MeterTimeouts,
  meterModes,
  timeoutsOf,
} from "../../capture/index.js";
import { answer } from "../answer.js";
import { interruptible } from "../interruption.js";
import { toLine } from "../text-table.js";
import { manifestPath, runFlows } from "./flows-run.js";
import { drawFlowsSummary } from "./flows-summary.js";

interface FlowsOptions {
  readonly out?: string;
  readonly features: FeatureSetName;
  readonly mode: MeterMode;
  readonly headers: "flamenco" | "cic";
  readonly activeTimeout?: string;
  readonly idleTimeout?: string;
  readonly json?: boolean;
}

/** `flamenco flows`: a packet capture as a table of flows. */
export function flowsCommand(): Command {
  const command = new Command("flows")
    .summary("a packet capture as bidirectional flows with features")
    .description(
      "Meter a packet capture (pcap or pcapng, plain or gzip): bidirectional flows with the features of CICFlowMeter, its errors corrected. Without --out, print what the capture holds.",
    )
    .argument("<capture>", "pcap or pcapng file")
    .option("--out <file>", "write the flows: .csv or .parquet; the meaning of its columns goes beside it")
    .addOption(new Option("--features <set>", "columns").choices(["basic", "cic"]).default("cic"))
    .addOption(new Option("--mode <mode>", "how features are computed").choices(meterModes).default("corrected"))
    .addOption(
      new Option("--headers <names>", "names and units of the columns: ours, or CICFlowMeter's (CSV only)")
        .choices(["flamenco", "cic"])
        .default("flamenco"),
    )
    .option("--active-timeout <seconds>", "longest a record lasts (default: 120)")
    .option("--idle-timeout <seconds>", "quiet time that ends a flow (default: 120 of TCP, 60 after its end, else 60)")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `
Lengths are layer-4 payload bytes by the IP header; tunnels are not opened; later fragments are counted and skipped.
The mode compat-2021 keeps the errors of the CICFlowMeter of 2021, to compare with tables made by it; it has no idle timeout.

Examples:
  $ flamenco flows office.pcap
  $ flamenco flows office.pcapng.gz --out office.csv
  $ flamenco dataset add office office.csv
  $ flamenco flows office.pcap --out office.parquet --features basic --json
  $ flamenco flows office.pcap --out compare.csv --headers cic --mode compat-2021
`,
    );
  return command.action(async (capture: string) => {
    const options = command.opts<FlowsOptions>();
    checkOutput(options);
    const { out, features: set, mode, headers } = options;
    const timeouts = parseTimeouts(options);
    const request = { capture, out, set, mode, headers, timeouts };
    const report = await interruptible((signal) => runFlows(request, signal));
    const written = out === undefined ? "" : `\n\nWrote ${toLine(out)} and ${toLine(manifestPath(out))}.`;
    answer(options.json === true, { ...report, out: out ?? null }, () => `${drawFlowsSummary(report)}${written}`);
  });
}

/** @throws FLM_USAGE */
function checkOutput({ out, headers, features }: FlowsOptions): void {
  if (headers === "cic" && features !== "cic") throw usage("--headers cic needs --features cic.");
  if (out === undefined) return;
  const extension = extname(out).toLowerCase();
  if (extension !== ".csv" && extension !== ".parquet")
    throw usage("--out takes a name that ends in .csv or .parquet.");
  if (extension === ".parquet" && headers === "cic") throw usage("--headers cic is for CSV.");
}

/** @throws FLM_USAGE */
function parseTimeouts({ mode, activeTimeout, idleTimeout }: FlowsOptions): MeterTimeouts {
  const known = timeoutsOf(mode);
  const active = activeTimeout === undefined ? {} : { activeSeconds: parseSeconds("--active-timeout", activeTimeout) };
  if (idleTimeout === undefined) return { ...known, ...active };
  const idle = parseSeconds("--idle-timeout", idleTimeout);
  return { ...known, ...active, idleTcpSeconds: idle, idleOtherSeconds: idle, closedSeconds: idle };
}

const LARGEST_TIMEOUT_SECONDS = 86_400;

function parseSeconds(option: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= LARGEST_TIMEOUT_SECONDS) return seconds;
  throw usage(`${option} takes a number of seconds above 0 and up to ${LARGEST_TIMEOUT_SECONDS}.`);
}

const usage = (message: string) => new FlamencoError("FLM_USAGE", message);
