import { existsSync, readdirSync } from "node:fs";
import t from "tap";
import { meterFlows, readPackets, readShared, sharedData } from "./capture-fixture.js";
import { addToTuples, differingTuples, type TupleTable, tuplesOf } from "./five-tuples.js";

const folder = "5_pcap/ndpi/";
const skip = existsSync(new URL(`${folder}pcap`, sharedData)) ? false : "the captures are not beside the repository";

const TUNNEL = "nDPI opens the tunnel, we meter the outer packets";
const CUT = "nDPI leaves out packets captured in part, we count them by their IP header";
const MALFORMED = "nDPI counts packets whose lengths contradict each other, we skip and count them";
const NO_PORTS = "nDPI knows no ports of SCTP";

/** Why five-tuples of a capture differ, and how many of either side do. Everything else is alike. */
const explained: Readonly<Record<string, readonly [reason: string, tuples: number]>> = {
  "4in4tunnel.pcap": [TUNNEL, 2],
  "4in6tunnel.pcap": [TUNNEL, 2],
  "6in4tunnel.pcap": [TUNNEL, 11],
  "6in6tunnel.pcap": [TUNNEL, 3],
  "gre.pcapng": [TUNNEL, 2],
  "rtmp.pcap": [TUNNEL, 4],
  "syslog.pcap": [TUNNEL, 3],
  "sctp.cap": [NO_PORTS, 4],
  "fuzz-2006-09-29-28586.pcap": [MALFORMED, 4],
  "ip_fragmented_garbage.pcap": [MALFORMED, 1],
  "kerberos_fuzz.pcapng": [MALFORMED, 1],
  "ndpi_match_string_subprotocol__error.pcapng": [CUT, 1],
  "rsh-syslog-false-positive.pcap": [CUT, 1],
  "telnet.pcap": [CUT, 1],
};

const protocols: Readonly<Record<string, number>> = {
  ICMP: 1,
  IGMP: 2,
  TCP: 6,
  UDP: 17,
  GRE: 47,
  ESP: 50,
  IPSEC: 50,
  AH: 51,
  ICMPV6: 58,
  OSPF: 89,
  PIM: 103,
  VRRP: 112,
  SCTP: 132,
};

const flowLine =
  /^\t\d+\t(\S+) (\S+):(\d+) (?:<->|->) (\S+):(\d+) .*?\[(\d+) pkts\/(\d+) bytes (?:<->|->) (\d+) pkts\/(\d+) bytes\]/;

/** The flows that an expert's run of nDPI lists: one for each five-tuple of the capture. */
function ndpiTuples(report: string): TupleTable {
  const table: TupleTable = new Map();
  for (const line of report.split("\n")) {
    const found = flowLine.exec(line);
    if (found === null) continue;
    const [, name = "", src = "", srcPort, dst = "", dstPort, ...counts] = found;
    const [packets = 0, bytes = 0, otherPackets = 0, otherBytes = 0] = counts.map(Number);
    const address = (text: string) => text.replace(/^\[|\]$/g, "");
    addToTuples(
      table,
      protocols[name.toUpperCase()] ?? Number(name),
      { address: address(src), port: Number(srcPort), packets, bytes },
      { address: address(dst), port: Number(dstPort), packets: otherPackets, bytes: otherBytes },
    );
  }
  return table;
}

/** nDPI writes one zero group of an IPv6 address as `::`, even beside another `::`. */
const inNdpiText = (table: TupleTable): TupleTable =>
  new Map(
    [...table].map(([key, counts]) => [
      key.includes("::") || key.includes(":0:") ? key.replaceAll(":0:", "::") : key,
      counts,
    ]),
  );

t.test("packets and frame bytes of every conversation are nDPI's, but for those explained", { skip }, async (t) => {
  let alike = 0;
  for (const name of readdirSync(new URL(`${folder}pcap`, sharedData))) {
    const theirs = ndpiTuples(readShared(`${folder}result/${name}.out`).toString());
    const ours = inNdpiText(tuplesOf(meterFlows(readShared(`${folder}pcap/${name}`)).flows, "frameBytes"));
    const differing = differingTuples(ours, inNdpiText(theirs));
    const [reason, expected] = explained[name] ?? ["all alike", 0];
    if (differing.length !== expected) t.same(differing, [], `${name}: ${expected} expected (${reason})`);
    alike += [...theirs.keys()].length - differing.filter((key) => inNdpiText(theirs).has(key)).length;
  }
  t.ok(alike > 2800, `${alike} conversations are alike`);
});

t.test("without the packets that were captured in part, those conversations are alike too", { skip }, async (t) => {
  for (const [name, [reason]] of Object.entries(explained)) {
    if (reason !== CUT) continue;
    const { packets } = readPackets(readShared(`${folder}pcap/${name}`));
    const whole = packets.filter(
      ({ capturedPayload, payloadBytes, ipBytes, frameBytes }) =>
        capturedPayload === payloadBytes && ipBytes <= frameBytes,
    );
    const table: TupleTable = new Map();
    for (const { protocol, src, srcPort, dst, dstPort, frameBytes } of whole) {
      addToTuples(
        table,
        protocol,
        { address: src, port: srcPort, packets: 1, bytes: frameBytes },
        { address: dst, port: dstPort, packets: 0, bytes: 0 },
      );
    }
    t.same(differingTuples(table, ndpiTuples(readShared(`${folder}result/${name}.out`).toString())), [], name);
  }
});
