import { because, type Dialect, defineDialect } from "./dialect.js";
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
    ...because("Attack says more", "label"),
    ...because("says where the row is from", "dataset"),
    ...because("start and duration say the same", "flow_end_milliseconds"),
    ...because("what nDPI took the payload for, not a field of the kind", "l7_proto"),
    ...because("TCP_FLAGS is both sides' together", "client_tcp_flags", "server_tcp_flags"),
    ...because("no field of the kind", "duration_in", "duration_out", "min_ttl", "max_ttl", "ftp_command_ret_code"),
    ...because("no field of the kind", "dns_query_id", "dns_query_type", "dns_ttl_answer"),
    ...because(
      "no field of the kind",
      ...["up_to_128", "128_to_256", "256_to_512", "512_to_1024", "1024_to_1514"].map(
        (range) => `num_pkts_${range}_bytes`,
      ),
    ),
    ...because(
      "length of an IP packet; the kind's packet lengths are payload",
      ...["longest_flow_pkt", "shortest_flow_pkt", "min_ip_pkt_len", "max_ip_pkt_len"],
    ),
    ...because(
      "contradicts bytes and duration: nProbe takes it over a time of its own",
      ...["src_to_dst", "dst_to_src"].flatMap((way) => [`${way}_second_bytes`, `${way}_avg_throughput`]),
    ),
    ...because(
      "counted in nProbe's own way, not that of the kind",
      ...["in", "out"].flatMap((way) => [`retransmitted_${way}_bytes`, `retransmitted_${way}_pkts`]),
    ),
    ...because("largest window, not that of the first packet", "tcp_win_max_in", "tcp_win_max_out"),
    ...because("ICMP_TYPE says type and code", "icmp_ipv4_type"),
  },
  knownLabels: ["Benign", "DoS", "DDoS", "Reconnaissance", "Theft"],
  computed: [...portFields, ...icmpFields],
  notes: [
    "nProbe counts bytes of IP packets, headers included: they are fwdIpBytes and bwdIpBytes, not fwdBytes and bwdBytes.",
  ],
});
