import { because, type Dialect, defineDialect } from "./dialect.js";
import { bounded, count } from "./numeric-columns.js";

const UNIT = "seconds in one release and microseconds in another: a file does not say which";
const FRAME = "of whole frames; the kind's packet lengths are payload";
const summaries = (...prefixes: string[]) =>
  prefixes.flatMap((prefix) => ["mean", "max", "min", "std"].map((what) => `${prefix}_${what}`));

/**
 * The Python package `cicflowmeter`, whose columns have CICFlowMeter's names in snake case and other meanings: lengths are those
 * of frames (`len(packet)` of Scapy), header lengths those of IP, and the unit of times differs between its releases. Only what
 * means one thing in all of them is read.
 */
export const cicflowmeterPythonDialect: Dialect = defineDialect({
  name: "cicflowmeter-python",
  title: "Python package cicflowmeter, snake-case columns",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    bounded("srcPort", 0, 65_535, "src_port"),
    bounded("dstPort", 0, 65_535, "dst_port"),
    bounded("protocol", 0, 255, "protocol"),
    count("fwdPackets", "tot_fwd_pkts"),
    count("bwdPackets", "tot_bwd_pkts"),
    count("fwdFrameBytes", "totlen_fwd_pkts"),
    count("bwdFrameBytes", "totlen_bwd_pkts"),
  ],
  text: [
    { field: "srcAddr", headers: ["src_ip"] },
    { field: "dstAddr", headers: ["dst_ip"] },
  ],
  required: ["srcAddr", "dstAddr", "dstPort", "protocol", "fwdPackets", "bwdPackets", "fwdFrameBytes"],
  time: {
    field: "startTimeMs",
    headers: ["timestamp"],
    forms: ["date-time"],
    note: "Start times carry no zone: they are read as UTC, with the hour as written.",
  },
  label: ["label"],
  unused: {
    ...because(
      UNIT,
      "flow_duration",
      "flow_byts_s",
      "flow_pkts_s",
      "fwd_pkts_s",
      "bwd_pkts_s",
      "fwd_iat_tot",
      "bwd_iat_tot",
    ),
    ...because(UNIT, ...summaries("flow_iat", "fwd_iat", "bwd_iat", "active", "idle")),
    ...because(FRAME, ...summaries("pkt_len", "fwd_pkt_len", "bwd_pkt_len"), "pkt_len_var", "pkt_size_avg"),
    ...because(FRAME, "fwd_seg_size_avg", "bwd_seg_size_avg"),
    ...because("IP header lengths, not those of layer 4", "fwd_header_len", "bwd_header_len", "fwd_seg_size_min"),
    ...because(
      "0 or 1 in one release, a count in another",
      ...["fwd", "bwd"].flatMap((way) => [`${way}_psh_flags`, `${way}_urg_flags`]),
      ...["fin", "syn", "rst", "psh", "ack", "urg", "ece"].map((flag) => `${flag}_flag_cnt`),
    ),
    ...because("a copy of fwd_urg_flags", "cwe_flag_count"),
    ...because(
      "a copy of the totals",
      ...["fwd", "bwd"].flatMap((way) => [`subflow_${way}_pkts`, `subflow_${way}_byts`]),
    ),
    ...because("window of the last packet, or of the first that has one", "init_fwd_win_byts", "init_bwd_win_byts"),
    ...because(
      "differs between releases",
      "fwd_act_data_pkts",
      "down_up_ratio",
      ...["fwd", "bwd"].flatMap((way) => [`${way}_byts_b_avg`, `${way}_pkts_b_avg`, `${way}_blk_rate_avg`]),
    ),
    ...because("link layer", "src_mac", "dst_mac"),
  },
  notes: [
    "The Python package's lengths are those of frames, and its unit of time differs between releases: durations, rates, gaps and packet lengths are left out.",
  ],
});
