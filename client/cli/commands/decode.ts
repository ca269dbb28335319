import type { Command } from "commander";
import { defineDelegation } from "../delegated-command.js";

export function decodeCommand(): Command {
  return defineDelegation(
    "decode",
    "records of NetFlow v5, v9 and IPFIX exports",
    "flamenco-desk",
    ["decode"],
    ["flamenco decode exports.dat", "flamenco decode exports.pcap --json", "flamenco decode --help"],
  );
}
