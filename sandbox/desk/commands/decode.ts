import { FlamencoError } from "@flamenco/policies/errors";
import { Command } from "commander";
import { runDecode } from "./decode-run.js";
import { drawDecodeSummary } from "./decode-text.js";

interface DecodeOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly ndjson?: boolean;
}

/** `flamenco decode`: export messages of NetFlow and IPFIX as records and flows. */
export function decodeCommand(): Command {
  const command = new Command("decode")
    .summary("NetFlow v1, v5, v7, v9 and IPFIX messages as records and flows")
    .description(
      "Decode files of NetFlow v1, v5, v7, v9 or IPFIX messages: payloads that follow each other in a file, or packet captures that hold them in UDP datagrams of any port. Plain or gzip. Without options, print what the files hold.",
    )
    .argument("<files...>", "in their order: templates of one file serve the next")
    .option("--out <file.csv>", "write the records that are flows as CSV that `flamenco dataset add` takes")
    .option("--json", "answer with one JSON document on standard output: records first, then what was found")
    .option("--ndjson", "answer with a JSON document a line: a record each, and a summary at the end")
    .addHelpText(
      "after",
      `
Bytes of NetFlow are those of IP packets, headers included: they become ipBytes, not bytes. Counts stay as exported: where an
exporter samples, the summary says so, and nothing is multiplied. Records are written as they are decoded: a file of any size
takes little memory.

Examples:
  $ flamenco decode router.dat
  $ flamenco decode templates.dat data.dat --json
  $ flamenco decode exporters.pcap --out flows.csv
  $ flamenco decode archive/*.dat.gz --ndjson | head
`,
    );
  return command.action(async (files: string[]) => {
    const { out, json = false, ndjson = false } = command.opts<DecodeOptions>();
    if (json && ndjson) throw new FlamencoError("FLM_USAGE", "Choose one of --json and --ndjson.");
    if (out !== undefined && !out.toLowerCase().endsWith(".csv")) {
      throw new FlamencoError("FLM_USAGE", "--out takes a name that ends in .csv.");
    }
    const summary = await runDecode({ files, form: json ? "json" : ndjson ? "ndjson" : "none", out });
    if (!json && !ndjson) process.stdout.write(`${drawDecodeSummary(summary)}\n`);
  });
}
