import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { parseAddressList } from "../../netflow/index.js";
import { answer } from "../answer.js";
import { toLine } from "../text-table.js";
import { type CollectRequest, type CollectSummary, drawCounts, runCollect } from "./collect-run.js";
import { drawExporters } from "./decode-text.js";

interface CollectOptions {
  readonly out: string;
  readonly host: string;
  readonly port: string;
  readonly rotate: string;
  readonly maxBuffer: string;
  readonly allow?: string[];
  readonly json?: boolean;
}

const MEGABYTE = 1024 * 1024;

/** `flamenco collect`: hear flow exports on a UDP port and file their flows. */
export function collectCommand(): Command {
  const command = new Command("collect")
    .summary("hear NetFlow and IPFIX on a UDP port, and file the flows")
    .description(
      "Hear NetFlow v1, v5, v7, v9 and IPFIX on a UDP port and write the flows to files of some minutes each, as CSV that `flamenco dataset add` takes. Ends at SIGINT or SIGTERM; what was accepted until then is in the files.",
    )
    .requiredOption("--out <folder>", "where the files go; made when it is not there")
    .option("--host <address>", "address to hear on; the default is heard by this machine alone", "127.0.0.1")
    .option("--port <number>", "UDP port; 0 for any that is free", "2055")
    .option("--rotate <seconds>", "begin a file after so long", "300")
    .option("--max-buffer <megabytes>", "memory for datagrams that wait", "64")
    .option("--allow <addresses...>", "hear these addresses and networks alone")
    .option("--json", "at the end, one JSON document on standard output")
    .addHelpText(
      "after",
      `
Exporters on other machines need --host 0.0.0.0 (or the address of an interface). Whoever reaches the port can send flows, and
the sender's address of a UDP datagram is easily forged: name the exporters with --allow, and shut the port to others.
A file that is being written ends in .part. Templates are kept for each exporter; data that come before their template are
counted and cannot be decoded. Dropped datagrams, and messages missing by the exporters' sequence numbers, are counted.

Examples:
  $ flamenco collect --out flows
  $ flamenco collect --out flows --host 0.0.0.0 --allow 192.0.2.1 198.51.100.0/24
  $ flamenco dataset add office flows/*.csv
`,
    );
  return command.action(async () => {
    const options = command.opts<CollectOptions>();
    const summary = await runCollect(requestOf(options));
    answer(options.json === true, summary, () => drawSummary(summary));
  });
}

/** @throws FLM_USAGE */
function requestOf({ out, host, port, rotate, maxBuffer, allow }: CollectOptions): CollectRequest {
  return {
    host,
    port: parseWhole("--port", port, 0, 65_535),
    folder: out,
    rotateMs: 1_000 * parseWhole("--rotate", rotate, 1, 86_400),
    queueBytes: MEGABYTE * parseWhole("--max-buffer", maxBuffer, 1, 4_096),
    allow: allow === undefined ? null : parseAddressList(allow),
  };
}

function parseWhole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new FlamencoError("FLM_USAGE", `${option} takes a whole number from ${least} to ${most}.`);
}

function drawSummary(summary: CollectSummary): string {
  const lines = [`${drawCounts(summary)}.`];
  for (const [problem, { count, places }] of Object.entries(summary.problems)) {
    if (count > 0)
      lines.push(`Not decoded, ${problem.replaceAll("-", " ")}: ${count}; first: ${toLine(places[0] ?? "")}`);
  }
  lines.push(...summary.notes.map((note) => `Note: ${toLine(note)}.`));
  return `${lines.join("\n")}\n\n${drawExporters(summary.exporters)}`;
}
