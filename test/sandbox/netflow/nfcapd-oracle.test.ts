import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { flowRow, flowRowFields, MessageDecoder } from "@flamenco/sandbox/netflow";
import t from "tap";
import { readVendorGroups, type VendorGroup, vendorFolder } from "./vendor-spec.js";

const isInstalled = spawnSync("nfcapd", ["-V"]).error === undefined;
const isLinux = existsSync("/proc/net/udp");
const skip = !isInstalled
  ? "nfcapd is not installed"
  : !existsSync(vendorFolder)
    ? "the vendors' payloads are not on this machine"
    : isLinux
      ? false
      : "this system has no table of sockets";

/** Groups whose flows nfcapd 1.7.1 reads otherwise, and why. */
const differences: Readonly<Record<string, string>> = {
  "Netflow 5 valid 01": "the file holds twelve messages; only the first is decoded here",
  "Netflow 9 macaddress": "records without counts are no flows here",
  IPFIX: "nfcapd takes the end for the start where uptimes count from the start of the exporter",
  "Netflow 9 Cisco ASA #2": "flows that were created, with nothing counted, are no flows here",
  "Netflow5 Juniper MX80": "nfcapd multiplies by the sampling interval",
  "Netflow 9 IE150 IE151": "nfcapd reads no times in seconds",
  "IPFIX Nokia BRAS": "records without counts are no flows here",
  "IPFIX Procera": "its counts are not by direction of the flow: no flows here",
  "IPFIX Barracuda extended uniflow template 256": "flows that were created, with nothing counted, are no flows here",
  "IPFIX Netscaler with variable length fields": "nfcapd reads no times in microseconds",
  "Netflow 9 template with 0 length fields": "nfcapd has no counts of what went out where nothing came in",
  "Netflow 9 Cisco WLC": "records without addresses are no flows here",
  "IPFIX vIPtela with VPN id": "nfcapd reads no times in seconds",
};

/** Start, addresses, protocol, packets and bytes of each flow. */
function ourFlows(payloads: readonly Buffer[]): string[] {
  const flows: string[] = [];
  const decoder = new MessageDecoder({
    record: (record) => {
      const cells = flowRow(record);
      if (cells === null) return;
      const cell = (field: string) => cells[flowRowFields.indexOf(field)];
      // Where the start is unknown, nfcapd has 1970.
      const start = Math.floor(Number(cell("startTimeMs")));
      const bytes = cell("fwdIpBytes") ?? cell("fwdBytes") ?? 0;
      flows.push([start, cell("srcAddr"), cell("dstAddr"), cell("protocol"), cell("fwdPackets") ?? 0, bytes].join());
    },
    problem: () => undefined,
  });
  for (const payload of payloads) decoder.decode(payload, 0, payload.length, "exporter");
  return flows.sort();
}

/** The same of what nfcapd stored, by the address of the exporter. */
function theirFlows(folder: string): Map<string, string[]> {
  const format = "fmt:%tsr,%sa,%da,%pr,%ipkt,%ibyt,%ra";
  const env = { PATH: process.env.PATH, TZ: "UTC" };
  const { stdout } = spawnSync("nfdump", ["-R", folder, "-q", "-6", "-N", "-o", format], { env, encoding: "utf8" });
  const flows = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter((line) => line.includes(","))) {
    const [start = "", src, dst, protocol, packets, bytes, exporter = ""] = line.split(",").map((cell) => cell.trim());
    const flow = [Number(start.replace(".", "")), src, dst, protocol, packets, bytes].join();
    flows.set(exporter, [...(flows.get(exporter) ?? []), flow]);
  }
  return flows;
}

/** Each group from an address of its own, so that no template of one is read for another. */
const addressOf = (index: number) => `127.77.0.${index + 1}`;

async function sendFrom(address: string, port: number, payloads: readonly Buffer[]): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  for (const payload of payloads) {
    await new Promise((settle) => socket.send(payload, port, "127.0.0.1", settle));
    await new Promise((settle) => setTimeout(settle, 5));
  }
  socket.close();
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

t.test("nfcapd hears the same flows of every vendor, except where it is said why not", { skip }, async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  const nfcapd = spawn("nfcapd", ["-p", String(port), "-b", "127.0.0.1", "-w", folder, "-t", "3600"], {
    stdio: "ignore",
  });
  t.teardown(() => nfcapd.kill("SIGKILL"));
  const socketLine = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  while (!readFileSync("/proc/net/udp", "utf8").includes(socketLine)) await new Promise((go) => setTimeout(go, 20));
  const groups = readVendorGroups();
  const payloadsOf = ({ files }: VendorGroup) => files.map((file) => readFileSync(join(vendorFolder, file)));
  for (const [index, group] of groups.entries()) await sendFrom(addressOf(index), port, payloadsOf(group));
  nfcapd.kill("SIGTERM");
  await once(nfcapd, "close");
  const theirs = theirFlows(folder);
  let flows = 0;
  for (const [index, group] of groups.entries()) {
    const ours = ourFlows(payloadsOf(group));
    const heard = (theirs.get(addressOf(index)) ?? []).sort();
    const why = differences[group.name];
    if (why === undefined) t.strictSame(ours, heard, group.name);
    else t.notSame(ours, heard, `${group.name}: ${why}`);
    if (why === undefined) flows += ours.length;
  }
  t.ok(flows > 150, `${flows} flows are the same`);
});
