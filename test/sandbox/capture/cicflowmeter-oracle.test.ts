import { existsSync, readdirSync } from "node:fs";
import { cicHeaders, cicRow, type FlowRecord, featureSets, type MeterTimeouts, rowOf } from "@flamenco/sandbox/capture";
import t from "tap";
import { endsOf, meterFlows, readPackets, readShared, sharedData } from "./capture-fixture.js";

const folder = "8_paired/cicflowmeter_v4/";
const captures = { ndpi: "5_pcap/ndpi/pcap", lucid: "5_pcap/lucid_cicddos2019", stopddos: "5_pcap/stopddos" };
const skip = existsSync(new URL(folder, sharedData)) ? false : "CICFlowMeter's tables are not beside the repository";

/** The original ends flows by its active timeout and the end of TCP alone. */
const timeouts: MeterTimeouts = {
  activeSeconds: 120,
  idleTcpSeconds: Number.POSITIVE_INFINITY,
  idleOtherSeconds: Number.POSITIVE_INFINITY,
  closedSeconds: Number.POSITIVE_INFINITY,
};

const columnOf = Object.fromEntries(cicHeaders.map((header, index) => [header, index]));
const at = (header: string): number => columnOf[header]!;
const FIRST_FEATURE = at("Flow Duration");
const LABEL = at("Label");

/** Columns that the original computes wrongly for every flow, by the number of the error in docs/flow-features.md. */
const upstreamErrors: Readonly<Record<string, number>> = {
  "Packet Length Mean": 4,
  "Packet Length Std": 4,
  "Packet Length Variance": 4,
  "Average Packet Size": 4,
  "Fwd Bytes/Bulk Avg": 5,
  "Fwd Packet/Bulk Avg": 5,
  "Fwd Bulk Rate Avg": 5,
  "Bwd Bytes/Bulk Avg": 5,
  "Bwd Packet/Bulk Avg": 5,
  "Bwd Bulk Rate Avg": 5,
  "Fwd PSH Flags": 6,
  "Bwd PSH Flags": 6,
  "Fwd URG Flags": 6,
  "Bwd URG Flags": 6,
  "FWD Init Win Bytes": 7,
  "Bwd Init Win Bytes": 7,
  "Fwd Act Data Pkts": 8,
  "Down/Up Ratio": 9,
  "Subflow Fwd Packets": 12,
  "Subflow Fwd Bytes": 12,
  "Subflow Bwd Packets": 12,
  "Subflow Bwd Bytes": 12,
  "Active Mean": 13,
  "Active Std": 13,
  "Active Max": 13,
  "Active Min": 13,
};

/** Captures with packets whose captured length is not their IP length: the original counts what was captured (error 24). */
const lengthsFromCapture = new Set([
  "fuzz-2006-09-29-28586.pcap",
  "rdp2.pcap",
  "rsh-syslog-false-positive.pcap",
  "stun.pcap",
]);
/** Columns that lengths enter. */
const IP_IN_IP = 4;
const lengthColumns = /Length|Segment Size|Bytes\/s/;

/** A capture with a packet whose IP header tells no length, since the network card had still to cut it: the original drops it. */
const offloaded = "anydesk.pcapng";

/** How many of the original's flows are put together otherwise, and why. */
const explained: Readonly<Record<string, number>> = {
  "ends at FIN and RST (errors 1 to 3)": 4251,
  "other protocols folded into number 0": 164,
  "first packet after the active timeout (error 10)": 23,
  "direction by address alone (error 22)": 20,
  "packets within tunnels and ICMP messages": 16,
  "initiator of a capture that begins with SYN+ACK": 12,
  "clock going backwards": 10,
  "drops a packet whose IP length is 0": 1,
};

/** Captures in which a packet is older than the one before it: the original subtracts, we count it at that one's time. */
const clockBackwards = new Set(["geforcenow.pcapng"]);

/** One row of the original's table. */
interface OriginalRow {
  readonly cells: readonly string[];
  readonly key: string;
  readonly reversedKey: string;
}

function originalRows(csv: string): OriginalRow[] {
  const lines = csv.trim().split("\n").slice(1);
  return lines.map((line) => {
    const cells = line.split(",");
    const [, src, srcPort, dst, dstPort, protocol] = cells;
    return {
      cells,
      key: `${src} ${srcPort} ${dst} ${dstPort} ${protocol}`,
      reversedKey: `${dst} ${dstPort} ${src} ${srcPort} ${protocol}`,
    };
  });
}

interface OurRow {
  readonly flow: FlowRecord;
  readonly cells: readonly unknown[];
}

function rowsByKey(flows: readonly FlowRecord[]): Map<string, OurRow[]> {
  const rows = new Map<string, OurRow[]>();
  for (const flow of flows) {
    const { src, dst } = endsOf(flow);
    const key = `${src.address} ${src.port} ${dst.address} ${dst.port} ${flow.endpoints.protocol}`;
    rows.set(key, [...(rows.get(key) ?? []), { flow, cells: cicRow(rowOf(featureSets.cic, flow)) }]);
  }
  return rows;
}

/** Start as both can say it: the original prints local time (UTC where it ran) on a clock of 12 hours, whole seconds. */
function startOf({ flow }: OurRow): string {
  const date = new Date(flow.firstMicros / 1000);
  const [year, month, day] = date.toISOString().slice(0, 10).split("-");
  const hour = String(date.getUTCHours() % 12 || 12).padStart(2, "0");
  const half = date.getUTCHours() < 12 ? "AM" : "PM";
  return `${day}/${month}/${year} ${hour}${date.toISOString().slice(13, 19)} ${half}`;
}

/** Columns in which both tools say how the flow was put together. */
const assembly = ["Flow Duration", "Total Fwd Packet", "Total Bwd packets"].map(at);

function isAlike(ours: OurRow, { cells }: OriginalRow): boolean {
  return (
    startOf(ours) === cells[at("Timestamp")] && assembly.every((column) => ours.cells[column] === Number(cells[column]))
  );
}

interface CaptureFacts {
  /** Pairs of addresses between which packets went. */
  readonly hosts: ReadonlySet<string>;
  readonly hasTunnel: boolean;
}

function factsOf(capture: Buffer): CaptureFacts {
  const { packets } = readPackets(capture);
  return {
    hosts: new Set(packets.map(({ src, dst }) => hostsOf(src, dst))),
    hasTunnel: packets.some(({ protocol }) => protocol === IP_IN_IP),
  };
}

/** Why no flow of ours is put together as a row of the original's; undefined where it should be. */
function reasonOf(
  { cells, key, reversedKey }: OriginalRow,
  ours: Map<string, OurRow[]>,
  { hosts, hasTunnel }: CaptureFacts,
): string | undefined {
  const same = ours.get(key) ?? [];
  const reversed = ours.get(reversedKey) ?? [];
  const flows = [...same, ...reversed].map(({ flow }) => flow);
  if (cells[at("Protocol")] === "0") return "other protocols folded into number 0";
  if (Number(cells[at("Flow Duration")]) < 0) return "clock going backwards";
  if (cells[at("Src IP")] === cells[at("Dst IP")]) return "direction by address alone (error 22)";
  if (flows.some(({ flagCounts: [fin = 0, , rst = 0] }) => fin + rst > 0)) return "ends at FIN and RST (errors 1 to 3)";
  if (flows.some(({ part }) => part > 1)) return "first packet after the active timeout (error 10)";
  if (same.length === 0 && reversed.length > 0) return "initiator of a capture that begins with SYN+ACK";
  const hostsTalk = hosts.has(hostsOf(cells[at("Src IP")]!, cells[at("Dst IP")]!));
  if (flows.length === 0 && (hostsTalk || hasTunnel)) return "packets within tunnels and ICMP messages";
  return undefined;
}

const hostsOf = (a: string, b: string): string => [a, b].sort().join(" ");

function isClose(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= 1e-9 * Math.max(Math.abs(ours), Math.abs(theirs));
}

t.test("features are CICFlowMeter's within rounding, but for its listed errors", { skip }, async (t) => {
  const reasons: Record<string, number> = {};
  const wrong: string[] = [];
  const compared: Record<string, number> = { tcp: 0, udp: 0 };
  let rows = 0;
  for (const [set, captureFolder] of Object.entries(captures)) {
    for (const file of readdirSync(new URL(folder + set, sharedData))) {
      const name = file.replace(/_Flow\.csv$/, "");
      const capture = readShared(`${captureFolder}/${name}`);
      const ours = rowsByKey(meterFlows(capture, { timeouts }).flows);
      const facts = factsOf(capture);
      for (const row of originalRows(readShared(`${folder}${set}/${file}`).toString())) {
        rows += 1;
        const partner = ours.get(row.key)?.find((candidate) => isAlike(candidate, row));
        if (partner === undefined) {
          const reason =
            reasonOf(row, ours, facts) ??
            (name === offloaded ? "drops a packet whose IP length is 0" : `unexplained: ${name}`);
          reasons[reason] = (reasons[reason] ?? 0) + 1;
          continue;
        }
        compared[partner.flow.endpoints.protocol === 6 ? "tcp" : "udp"]! += 1;
        for (let column = FIRST_FEATURE; column < LABEL; column += 1) {
          const header = cicHeaders[column]!;
          if (header in upstreamErrors) continue;
          if (lengthsFromCapture.has(name) && lengthColumns.test(header)) continue;
          if (clockBackwards.has(name) && header.includes("IAT")) continue;
          if (partner.flow.durationMicros === 0 && header.endsWith("/s")) continue;
          if (!isClose(Number(partner.cells[column]), Number(row.cells[column]))) wrong.push(`${name}: ${header}`);
        }
      }
    }
  }
  t.same([...new Set(wrong)], []);
  t.equal(rows, 11_863);
  t.same(reasons, explained);
  t.ok(
    compared.tcp! > 6000 && compared.udp! > 1000,
    `${compared.tcp} flows of TCP and ${compared.udp} of UDP compared`,
  );
});
