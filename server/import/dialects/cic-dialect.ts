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

/** Minimum, mean, maximum and standard deviation of one measure, in CICFlowMeter's spelling. */
const summary = (prefix: string, make: typeof real, title: string) => [
  make(`${prefix}Min`, `${title} min`),
  make(`${prefix}Mean`, `${title} mean`),
  make(`${prefix}Max`, `${title} max`),
  make(`${prefix}Sd`, `${title} std`),
];

const direction = (prefix: "fwd" | "bwd", packets: string[], bytes: string[], window: string[]) => [
  count(`${prefix}Packets`, ...packets),
  count(`${prefix}Bytes`, ...bytes),
  real(`${prefix}PacketsPerSecond`, `${prefix} packets/s`),
  ...summary(`${prefix}PacketLength`, real, `${prefix} packet length`),
  micros(`${prefix}IatTotal`, `${prefix} iat total`),
  ...summary(`${prefix}Iat`, micros, `${prefix} iat`),
  count(`${prefix}PshFlags`, `${prefix} psh flags`),
  count(`${prefix}UrgFlags`, `${prefix} urg flags`),
  header(`${prefix}HeaderLength`, `${prefix} header length`),
  real(`${prefix}SegmentSizeAvg`, `avg ${prefix} segment size`, `${prefix} segment size avg`),
  real(`${prefix}BytesBulkAvg`, `${prefix} avg bytes/bulk`, `${prefix} bytes/bulk avg`),
  real(`${prefix}PacketsBulkAvg`, `${prefix} avg packets/bulk`, `${prefix} packet/bulk avg`),
  real(`${prefix}BulkRateAvg`, `${prefix} avg bulk rate`, `${prefix} bulk rate avg`),
  real(`${prefix}SubflowPackets`, `subflow ${prefix} packets`),
  real(`${prefix}SubflowBytes`, `subflow ${prefix} bytes`),
  bounded(`${prefix}InitWindow`, -1, 65_535, ...window),
];

/**
 * CICFlowMeter V3 and V4 as CSV, and the releases made with it: CIC-DDoS2019 (88 columns) and CIC-IDS2017 (79 columns,
 * without addresses, source port, protocol and time). Times are microseconds in the files and seconds in `flow/1`.
 * Column meanings: design/flow-features, section 2.
 */
export const cicDialect = defineDialect({
  name: "cic",
  title: "CICFlowMeter V3/V4 and the CIC releases made with it",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    micros("durationSeconds", "flow duration"),
    bounded("srcPort", 0, 65_535, "source port", "src port"),
    bounded("dstPort", 0, 65_535, "destination port", "dst port"),
    bounded("protocol", 0, 255, "protocol"),
    real("packetsPerSecond", "flow packets/s"),
    real("bytesPerSecond", "flow bytes/s"),
    real("averagePacketSize", "average packet size"),
    real("downUpRatio", "down/up ratio"),
    real("packetLengthMin", "min packet length", "packet length min"),
    real("packetLengthMean", "packet length mean"),
    real("packetLengthMax", "max packet length", "packet length max"),
    real("packetLengthSd", "packet length std"),
    real("packetLengthVariance", "packet length variance"),
    ...summary("flowIat", micros, "flow iat"),
    ...direction(
      "fwd",
      ["total fwd packets", "total fwd packet"],
      ["total length of fwd packets", "total length of fwd packet"],
      ["init_win_bytes_forward", "fwd init win bytes"],
    ),
    ...direction(
      "bwd",
      ["total backward packets", "total bwd packets"],
      ["total length of bwd packets", "total length of bwd packet"],
      ["init_win_bytes_backward", "bwd init win bytes"],
    ),
    count("fwdActDataPackets", "act_data_pkt_fwd", "fwd act data pkts"),
    header("fwdSegmentSizeMin", "min_seg_size_forward", "fwd seg size min"),
    ...["fin", "syn", "rst", "psh", "ack", "urg", "ece"].map((flag) => count(`${flag}FlagCount`, `${flag} flag count`)),
    count("cwrFlagCount", "cwe flag count", "cwr flag count"),
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
  rowNumbers: ["unnamed: 0", ""],
  repeated: ["fwd header length"],
  unused: {
    "flow id": "addresses, ports and protocol have columns of their own",
    "unnamed: 0": "number of the row",
    "": "number of the row",
    "fwd header length.1": "repeats Fwd Header Length",
    simillarhttp: "not a feature of the flow",
    inbound: "not a feature of the flow",
  },
  knownLabels: [
    ...["BENIGN", "DrDoS_DNS", "DrDoS_LDAP", "DrDoS_MSSQL", "DrDoS_NTP", "DrDoS_NetBIOS", "DrDoS_SNMP", "DrDoS_SSDP"],
    ...["DrDoS_UDP", "Syn", "TFTP", "UDP-lag", "UDPLag", "WebDDoS", "LDAP", "MSSQL", "NetBIOS", "Portmap", "UDP"],
    ...["Bot", "DDoS", "DoS GoldenEye", "DoS Hulk", "DoS Slowhttptest", "DoS slowloris", "FTP-Patator", "Heartbleed"],
    ...["Infiltration", "PortScan", "SSH-Patator", "Web Attack – Brute Force", "Web Attack – Sql Injection"],
    ...["Web Attack – XSS", "NeedManualLabel"],
  ],
});
