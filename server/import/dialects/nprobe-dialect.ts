import { type Dialect, defineDialect } from "./dialect.js";
import { bounded, column, count, protocol } from "./numeric-columns.js";
import { icmpFields, portFields } from "./protocol-fields.js";

const MILLISECONDS_PER_SECOND = 1e3;
/** Milliseconds in the upper half of a 32-bit count of microseconds: a count that went below zero. */
const LARGEST_SIGNED_MICROSECONDS = 2 ** 31 / 1e3;

/** nProbe's fields as in the NF-* v2 collections; v3 adds the times of start and end. */
export const nprobeDialect: Dialect = defineDialect({
  name: "nprobe",
  title: "nProbe fields, NF-* v2 and v3",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    column("durationSeconds", ["flow_duration_milliseconds"], {
      divisor: MILLISECONDS_PER_SECOND,
      max: LARGEST_SIGNED_MICROSECONDS,
      missingAboveMax: "FLOW_DURATION_MILLISECONDS near 2^32/1000, a negative time that wrapped around",
    }),
    protocol("protocol"),
    bounded("srcPort", 0, 65_535, "l4_src_port"),
    bounded("dstPort", 0, 65_535, "l4_dst_port"),
    bounded("tcpFlags", 0, 255, "tcp_flags"),
    column("icmpType", ["icmp_type"], { integer: true, max: 255, form: "high-byte" }),
    column("icmpCode", ["icmp_type"], { integer: true, max: 255, form: "low-byte" }),
    count("fwdPackets", "in_pkts"),
    count("bwdPackets", "out_pkts"),
    count("fwdIpBytes", "in_bytes"),
    count("bwdIpBytes", "out_bytes"),
  ],
  text: [
    { field: "srcAddr", headers: ["ipv4_src_addr"] },
    { field: "dstAddr", headers: ["ipv4_dst_addr"] },
  ],
  required: ["srcAddr", "dstAddr", "dstPort", "protocol", "fwdPackets", "fwdIpBytes"],
  time: { field: "startTimeMs", headers: ["flow_start_milliseconds"], forms: ["epoch-milliseconds-whole"] },
  label: ["attack"],
  unused: {
    label: "Attack says more",
    dataset: "says where the row is from",
    flow_end_milliseconds: "start and duration say the same",
    l7_proto: "what nDPI took the payload for, not a field of the kind",
    client_tcp_flags: "TCP_FLAGS is both sides' together",
    server_tcp_flags: "TCP_FLAGS is both sides' together",
    ...Object.fromEntries(["duration_in", "duration_out"].map((name) => [name, "no field of the kind"])),
    ...Object.fromEntries(["min_ttl", "max_ttl"].map((name) => [name, "no field of the kind"])),
    ...Object.fromEntries(
      ["longest_flow_pkt", "shortest_flow_pkt", "min_ip_pkt_len", "max_ip_pkt_len"].map((name) => [
        name,
        "length of an IP packet; the kind's packet lengths are payload",
      ]),
    ),
    ...Object.fromEntries(
      [
        "src_to_dst_second_bytes",
        "dst_to_src_second_bytes",
        "src_to_dst_avg_throughput",
        "dst_to_src_avg_throughput",
      ].map((name) => [name, "its unit is not documented, and values contradict bytes and duration"]),
    ),
    ...Object.fromEntries(
      ["bytes", "pkts"].flatMap((what) =>
        ["in", "out"].map((way) => [
          `retransmitted_${way}_${what}`,
          "nProbe does not say what it counts as retransmitted",
        ]),
      ),
    ),
    ...Object.fromEntries(
      ["up_to_128", "128_to_256", "256_to_512", "512_to_1024", "1024_to_1514"].map((range) => [
        `num_pkts_${range}_bytes`,
        "no field of the kind",
      ]),
    ),
    tcp_win_max_in: "largest window, not that of the first packet",
    tcp_win_max_out: "largest window, not that of the first packet",
    icmp_ipv4_type: "ICMP_TYPE says type and code",
    dns_query_id: "no field of the kind",
    dns_query_type: "no field of the kind",
    dns_ttl_answer: "no field of the kind",
    ftp_command_ret_code: "no field of the kind",
  },
  knownLabels: ["Benign", "DoS", "DDoS", "Reconnaissance", "Theft"],
  computed: [...portFields, ...icmpFields],
  notes: [
    "nProbe counts bytes of IP packets, headers included: they are fwdIpBytes and bwdIpBytes, not fwdBytes and bwdBytes.",
  ],
});
