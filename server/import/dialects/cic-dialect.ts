import { defineDialect } from "./dialect.js";
import { bounded, column, count, real } from "./numeric-columns.js";

const MICROSECONDS_PER_SECOND = 1e6;

const micros = (field: string, ...headers: string[]) => column(field, headers, { divisor: MICROSECONDS_PER_SECOND });
/** CICFlowMeter V3 writes -1 a packet, or an overflowed number, where it did not decode the header. */
const header = (field: string, ...headers: string[]) =>
  column(field, headers, {
    integer: true,
    max: Number.MAX_SAFE_INTEGER,
    missingBelowMin: "negative where CICFlowMeter decoded no header",
  });
/** The corrected fork writes -1 where V3 writes Infinity. */
const rate = (field: string, ...headers: string[]) =>
  column(field, headers, { missingBelowMin: "negative for a flow without duration" });
const icmp = (field: string, ...headers: string[]) =>
  column(field, headers, { integer: true, max: 255, missingBelowMin: "no ICMP message" });

/** Minimum, mean, maximum and standard deviation of one measure, in the spellings of CICFlowMeter and of CIC-IDS2018. */
const summary = (prefix: string, make: typeof real, ...titles: string[]) =>
  Object.entries({ Min: "min", Mean: "mean", Max: "max", Sd: "std" }).map(([suffix, name]) =>
    make(`${prefix}${suffix}`, ...titles.map((title) => `${title} ${name}`)),
  );

/** Columns of one direction; CIC-IDS2017 and CIC-DDoS2019 spell some of them each way. */
const direction = (prefix: "fwd" | "bwd", packets: string[], bytes: string[], window: string[]) => [
  count(`${prefix}Packets`, ...packets, `tot ${prefix} pkts`),
  count(`${prefix}Bytes`, ...bytes, `totlen ${prefix} pkts`),
  real(`${prefix}PacketsPerSecond`, `${prefix} packets/s`, `${prefix} pkts/s`),
  ...summary(`${prefix}PacketLength`, real, `${prefix} packet length`, `${prefix} pkt len`),
  micros(`${prefix}IatTotal`, `${prefix} iat total`, `${prefix} iat tot`),
  ...summary(`${prefix}Iat`, micros, `${prefix} iat`),
  count(`${prefix}PshFlags`, `${prefix} psh flags`),
  count(`${prefix}UrgFlags`, `${prefix} urg flags`),
  count(`${prefix}RstFlags`, `${prefix} rst flags`),
  header(`${prefix}HeaderLength`, `${prefix} header length`, `${prefix} header len`),
  real(`${prefix}SegmentSizeAvg`, `avg ${prefix} segment size`, `${prefix} segment size avg`, `${prefix} seg size avg`),
  real(`${prefix}BytesBulkAvg`, `${prefix} avg bytes/bulk`, `${prefix} bytes/bulk avg`, `${prefix} byts/b avg`),
  real(`${prefix}PacketsBulkAvg`, `${prefix} avg packets/bulk`, `${prefix} packet/bulk avg`, `${prefix} pkts/b avg`),
  real(`${prefix}BulkRateAvg`, `${prefix} avg bulk rate`, `${prefix} bulk rate avg`, `${prefix} blk rate avg`),
  real(`${prefix}SubflowPackets`, `subflow ${prefix} packets`, `subflow ${prefix} pkts`),
  real(`${prefix}SubflowBytes`, `subflow ${prefix} bytes`, `subflow ${prefix} byts`),
  bounded(`${prefix}InitWindow`, -1, 65_535, ...window, `${prefix} init win bytes`, `init ${prefix} win byts`),
  count(`${prefix}ActDataPackets`, ...(prefix === "fwd" ? ["act_data_pkt_fwd"] : []), `${prefix} act data pkts`),
  header(`${prefix}SegmentSizeMin`, ...(prefix === "fwd" ? ["min_seg_size_forward"] : []), `${prefix} seg size min`),
  count(`${prefix}TcpRetransmissions`, `${prefix} tcp retrans. count`),
];

/**
 * CICFlowMeter V3 and V4 as CSV, its corrected fork, and the releases made with them: CIC-DDoS2019 (88 columns), CIC-IDS2017 and
 * CIC-IDS2018 (79 or 80, without addresses, source port and, in 2017, protocol and time; one file of 2018 has 84). Times are
 * microseconds in the files and seconds in `flow/1`. Column meanings: design/flow-features, section 2.
 */
export const cicDialect = defineDialect({
  name: "cic",
  title: "CICFlowMeter V3/V4, its corrected fork, and the CIC releases made with them",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    micros("durationSeconds", "flow duration"),
    micros("connectionDurationSeconds", "total connection flow time"),
    bounded("srcPort", 0, 65_535, "source port", "src port"),
    bounded("dstPort", 0, 65_535, "destination port", "dst port"),
    bounded("protocol", 0, 255, "protocol"),
    icmp("icmpType", "icmp type"),
    icmp("icmpCode", "icmp code"),
    rate("packetsPerSecond", "flow packets/s", "flow pkts/s"),
    rate("bytesPerSecond", "flow bytes/s", "flow byts/s"),
    real("averagePacketSize", "average packet size", "pkt size avg"),
    real("downUpRatio", "down/up ratio"),
    real("packetLengthMin", "min packet length", "packet length min", "pkt len min"),
    real("packetLengthMean", "packet length mean", "pkt len mean"),
    real("packetLengthMax", "max packet length", "packet length max", "pkt len max"),
    real("packetLengthSd", "packet length std", "pkt len std"),
    real("packetLengthVariance", "packet length variance", "pkt len var"),
    ...summary("flowIat", micros, "flow iat"),
    ...direction(
      "fwd",
      ["total fwd packets", "total fwd packet"],
      ["total length of fwd packets", "total length of fwd packet"],
      ["init_win_bytes_forward"],
    ),
    ...direction(
      "bwd",
      ["total backward packets", "total bwd packets"],
      ["total length of bwd packets", "total length of bwd packet"],
      ["init_win_bytes_backward"],
    ),
    ...["fin", "syn", "rst", "psh", "ack", "urg", "ece"].map((flag) =>
      count(`${flag}FlagCount`, `${flag} flag count`, `${flag} flag cnt`),
    ),
    count("cwrFlagCount", "cwe flag count", "cwr flag count"),
    count("tcpRetransmissions", "total tcp retrans. count"),
    ...summary("active", micros, "active"),
    ...summary("idle", micros, "idle"),
  ],
  text: [
    { field: "srcAddr", headers: ["source ip", "src ip"] },
    { field: "dstAddr", headers: ["destination ip", "dst ip"] },
  ],
  required: ["durationSeconds", "dstPort", "fwdPackets", "bwdPackets", "fwdBytes", "bwdBytes"],
  time: {
    field: "startTimeMs",
    headers: ["timestamp"],
    forms: ["date-time", "day-first-twelve-hours", "day-first", "minutes-without-date"],
    missingReason: "the file gives minutes and seconds without a date",
    note: "Start times carry no zone: they are read as UTC, with the hour as written, and day first where written with slashes.",
  },
  label: ["label"],
  identity: ["flow id"],
  rowNumbers: ["unnamed: 0", "id", ""],
  repeated: ["fwd header length"],
  unused: {
    "flow id": "addresses, ports and protocol have columns of their own",
    "unnamed: 0": "number of the row",
    id: "number of the row",
    "": "number of the row",
    "fwd header length.1": "repeats Fwd Header Length",
    simillarhttp: "not a feature of the flow",
    inbound: "not a feature of the flow",
    "attempted category": "ground truth of a finer kind",
  },
  knownLabels: [
    ...["BENIGN", "DrDoS_DNS", "DrDoS_LDAP", "DrDoS_MSSQL", "DrDoS_NTP", "DrDoS_NetBIOS", "DrDoS_SNMP", "DrDoS_SSDP"],
    ...["DrDoS_UDP", "Syn", "TFTP", "UDP-lag", "UDPLag", "WebDDoS", "LDAP", "MSSQL", "NetBIOS", "Portmap", "UDP"],
    ...["Bot", "DDoS", "DoS GoldenEye", "DoS Hulk", "DoS Slowhttptest", "DoS slowloris", "FTP-Patator", "Heartbleed"],
    ...["Infiltration", "PortScan", "SSH-Patator", "Web Attack – Brute Force", "Web Attack – Sql Injection"],
    ...["Web Attack – XSS", "NeedManualLabel", "Benign", "Brute Force -Web", "Brute Force -XSS", "DDOS attack-HOIC"],
    ...["DDOS attack-LOIC-UDP", "DDoS attacks-LOIC-HTTP", "DoS attacks-GoldenEye", "DoS attacks-Hulk"],
    ...["DoS attacks-SlowHTTPTest", "DoS attacks-Slowloris", "FTP-BruteForce", "Infilteration", "SQL Injection"],
    ...["SSH-Bruteforce"],
  ],
});
