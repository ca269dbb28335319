import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { meterFlows, readShared, sharedData } from "./capture-fixture.js";
import { addToTuples, differingTuples, type TupleTable, tuplesOf } from "./five-tuples.js";

const folder = "5_pcap/ndpi/pcap/";
const missing = ["argus", "ra", "nfpcapd", "nfdump"].filter((tool) => spawnSync(tool, ["-V"]).error !== undefined);
const skip = !existsSync(new URL(folder, sharedData))
  ? "the captures are not beside the repository"
  : missing.length > 0
    ? `not installed: ${missing.join(", ")}`
    : false;

/** Captures of many kinds: IPv6, VLAN, PPP, scans, calls, long connections, and one with fragments. */
const captures = [
  "Oscar.pcap",
  "dropbox.pcap",
  "http_ipv6.pcap",
  "kerberos.pcap",
  "sip.pcap",
  "wechat.pcap",
  "whatsapp_login_call.pcap",
  "dnscrypt-v1-and-resolver-pings.pcap",
];

/** Conversations of which both tools count later fragments, which we skip and count. */
const withFragments: Readonly<Record<string, number>> = { "dnscrypt-v1-and-resolver-pings.pcap": 117 };

const TCP = 6;
const UDP = 17;
const TOOL_MILLISECONDS = 20_000;
const OUTPUT_BYTES = 64 * 1024 * 1024;

function run(tool: string, args: readonly string[], input?: Buffer): Buffer {
  const options = { timeout: TOOL_MILLISECONDS, maxBuffer: OUTPUT_BYTES, ...(input === undefined ? {} : { input }) };
  return spawnSync(tool, args, options).stdout;
}

/** Sums of our TCP and UDP flows: ICMP has no ports to sum by. */
function ourTuples(name: string, layer: "frameBytes" | "ipBytes"): TupleTable {
  const { flows } = meterFlows(readShared(folder + name));
  return tuplesOf(
    flows.filter(({ endpoints: { protocol } }) => protocol === TCP || protocol === UDP),
    layer,
  );
}

/** argus names what it recognizes within UDP. */
const argusProtocols: Readonly<Record<string, number>> = { tcp: TCP, udp: UDP, rtp: UDP, rtcp: UDP, udt: UDP };

function argusTuples(path: string): TupleTable {
  const fields = "proto saddr sport daddr dport spkts dpkts sbytes dbytes".split(" ");
  const text = run("ra", ["-r", "-", "-n", "-u", "-c", ",", "-s", ...fields], run("argus", ["-r", path, "-w", "-"]));
  const table: TupleTable = new Map();
  for (const line of text.toString().split("\n")) {
    const [name = "", src = "", srcPort, dst = "", dstPort, ...counts] = line.split(",");
    const protocol = argusProtocols[name];
    if (protocol === undefined) continue;
    const [packets = 0, otherPackets = 0, bytes = 0, otherBytes = 0] = counts.map(Number);
    const end = { address: src, port: Number(srcPort), packets, bytes };
    addToTuples(table, protocol, end, {
      address: dst,
      port: Number(dstPort),
      packets: otherPackets,
      bytes: otherBytes,
    });
  }
  return table;
}

function nfdumpTuples(path: string): TupleTable {
  const out = mkdtempSync(join(tmpdir(), "flamenco-nfcapd-"));
  try {
    run("nfpcapd", ["-r", path, "-l", out]);
    const text = run("nfdump", ["-R", out, "-q", "-N", "-6", "-o", "fmt:%pr,%sa,%sp,%da,%dp,%pkt,%byt"]);
    const table: TupleTable = new Map();
    for (const line of text.toString().split("\n")) {
      const [protocol, src = "", srcPort, dst = "", dstPort, packets, bytes] = line
        .split(",")
        .map((cell) => cell.trim());
      if (Number(protocol) !== TCP && Number(protocol) !== UDP) continue;
      const end = { address: src, port: Number(srcPort), packets: Number(packets), bytes: Number(bytes) };
      addToTuples(table, Number(protocol), end, { address: dst, port: Number(dstPort), packets: 0, bytes: 0 });
    }
    return table;
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Now and then argus loses a record on a busy machine: what it says is asked for again before it counts as another opinion. */
const TRIES = 3;

for (const [tool, layer, tuplesOfTool] of [
  ["argus", "frameBytes", argusTuples],
  ["nfpcapd and nfdump", "ipBytes", nfdumpTuples],
] as const) {
  t.test(`packets and bytes of every conversation are those of ${tool}`, { skip }, async (t) => {
    for (const name of captures) {
      const ours = ourTuples(name, layer);
      let differing: readonly string[] = [];
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const theirs = tuplesOfTool(fileURLToPath(new URL(folder + name, sharedData)));
        t.ok(theirs.size > 0, name);
        differing = differingTuples(ours, theirs);
        if (differing.length === (withFragments[name] ?? 0)) break;
      }
      if (differing.length !== (withFragments[name] ?? 0)) t.same(differing, [], name);
    }
  });
}
