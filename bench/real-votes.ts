import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Votes of rules over real records, and their ground truth. */
export interface RealVotes {
  readonly name: string;
  readonly lfCount: number;
  /** `votes[row * lfCount + lf]`: 0, 1 or -1. */
  readonly votes: Int8Array;
  /** -1 unknown. */
  readonly truth: Int8Array;
}

type Cells = (name: string) => string;
type Rule = (cells: Cells) => number;

const shared = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** A rule that votes `label` where a number is within bounds. */
const within =
  (column: string, low: number, high: number, label: number): Rule =>
  (cells) => {
    const value = Number(cells(column));
    return value >= low && value <= high ? label : -1;
  };
const any = Number.POSITIVE_INFINITY;

/** Floods against scans, theft and benign records, as somebody who knows the attacks would write rules. */
const botnetRules: readonly Rule[] = [
  within("OUT_PKTS", 0, 0, 1),
  within("OUT_PKTS", 1, any, 0),
  within("L4_DST_PORT", 80, 80, 1),
  within("L4_DST_PORT", 1024, any, 0),
  within("L4_SRC_PORT", 0, 32_767, 1),
  within("IN_BYTES", 0, 44, 0),
  within("SHORTEST_FLOW_PKT", 100, any, 1),
  within("FLOW_DURATION_MILLISECONDS", 0, 1000, 0),
  within("PROTOCOL", 17, 17, 1),
  within("IN_PKTS", 4, any, 0),
];
/** Attack against ordinary records of nfdump. */
const recordRules: readonly Rule[] = [
  within("Packets", 1, 2, 1),
  within("Packets", 10, any, 0),
  within("Bytes Per Package", 0, 60, 1),
  within("Bytes Per Package", 200, any, 0),
  within("Bytes", 2000, any, 0),
  within("Bytes", 0, 120, 1),
  within("Dst Port", 443, 443, 0),
  within("Src Port", 1024, 32_000, 1),
  (cells) => (cells("Flags").includes("F") ? 0 : -1),
  (cells) => (cells("Duration") === "00:00:00.000" ? 1 : -1),
];

/** Real data sets that are there: of 51,000 records of a botnet and 60,000 of nfdump with ten rules, of 7,000 videos with six. */
export function readRealVotes(): RealVotes[] {
  const folder = `${shared}4_netflow/`;
  if (!existsSync(folder)) return [];
  const records = [
    "CIC-DDoS-2019-SynFlood.pcap__nfcapd.201811031000",
    "amp.TCP.reflection.SYNACK.pcap__nfcapd.202106050300",
    "amp.TCP.syn.optionallyACK.optionallysamePort.pcapng__nfcapd.202106201900",
    "amp.UDP.isakmp.pcap__nfcapd.202106141900",
    "pkt.TCP.DOMINATE.syn.ecn.cwr.pcapng__nfcapd.202104011500",
    "ndpi_mixed_flows",
  ].map((name) => `${folder}derived_nfcapd/${name}.csv.gz`);
  return [
    castRules("botnet records", [`${folder}nf_botiot_v2/botiot_reduced.dev.csv.gz`], botnetRules, (cells) =>
      ["DoS", "DDoS"].includes(cells("Attack")) ? 1 : 0,
    ),
    castRules("nfdump records", records, recordRules, (_, file) => (file.startsWith("ndpi") ? 0 : 1)),
    readVideos(`${shared}7_weaksup/flyingsquid/`),
  ];
}

function castRules(
  name: string,
  files: readonly string[],
  rules: readonly Rule[],
  truthOf: (cells: Cells, file: string) => number,
): RealVotes {
  const votes: number[] = [];
  const truth: number[] = [];
  for (const file of files) {
    const [header, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
    const places = new Map(header!.split(",").map((column, place) => [column.trim(), place]));
    for (const text of lines) {
      const row = text.split(",");
      const cells = (column: string) => row[places.get(column) as number] as string;
      for (const rule of rules) votes.push(rule(cells));
      truth.push(truthOf(cells, basename(file)));
    }
  }
  return { name, lfCount: rules.length, votes: Int8Array.from(votes), truth: Int8Array.from(truth) };
}

/** FlyingSquid's videos: -1, 0, 1 are no, abstain and yes. Truth is known of the last 746. */
function readVideos(folder: string): RealVotes {
  const rowsOf = (file: string) =>
    readFileSync(`${folder}${file}`, "utf8")
      .trim()
      .split("\n")
      .map((text) => text.split(",").map(Number));
  const rows = [...rowsOf("L_train_video.csv"), ...rowsOf("L_dev_video.csv")];
  const known = rowsOf("Y_dev_video.csv").flat();
  const truth = new Int8Array(rows.length).fill(-1);
  truth.set(
    known.map((value) => (value > 0 ? 1 : 0)),
    rows.length - known.length,
  );
  const votes = rows.flat().map((value) => (value === 0 ? -1 : value > 0 ? 1 : 0));
  return { name: "videos", lfCount: rows[0]!.length, votes: Int8Array.from(votes), truth };
}
