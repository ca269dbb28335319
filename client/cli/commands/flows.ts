import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function flowsCommand(): Command {
  return defineDelegation(
    "flows",
    "bidirectional flows and their features from a packet capture",
    "flamenco-desk",
    ["flows"],
    ["flamenco flows capture.pcap", "flamenco flows capture.pcap --out flows.csv", "flamenco flows --help"],
  );
}
