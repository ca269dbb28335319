import { because, type Dialect, defineDialect } from "./dialect.js";
import { column, count, port, protocol } from "./numeric-columns.js";
import { icmpFields, portFields } from "./protocol-fields.js";

const IP_BYTES = "nfdump counts bytes of IP packets, headers included: they are ipBytes, not bytes.";
const TIME_NOTE = "Times carry no zone: they are read as UTC.";

/** nfdump writes an ICMP message as the destination port `256 * type + code`. */
const icmp = (header: string) => [
  column("icmpType", [header], { integer: true, max: 255, form: "high-byte" }),
  column("icmpCode", [header], { integer: true, max: 255, form: "low-byte" }),
];
const flags = (header: string) => column("tcpFlags", [header], { integer: true, max: 255, form: "tcp-flags" });

/** `nfdump -o csv` of nfdump 1.6, 1.7.0 and 1.7.1. The `Summary` at the end is no data. */
const nfdumpLong: Dialect = defineDialect({
  name: "nfdump",
  title: "nfdump -o csv, 1.6 to 1.7.1",
  kind: "flow/1",
  delimiter: ",",
  trailer: "Summary",
  numeric: [
    column("durationSeconds", ["td"], { form: "clock" }),
    port("srcPort", "sp"),
    port("dstPort", "dp"),
    ...icmp("dp"),
    protocol("pr"),
    flags("flg"),
    count("fwdPackets", "ipkt"),
    count("fwdIpBytes", "ibyt"),
    count("bwdPackets", "opkt"),
    count("bwdIpBytes", "obyt"),
  ],
  text: [
    { field: "srcAddr", headers: ["sa"] },
    { field: "dstAddr", headers: ["da"] },
  ],
  required: ["startTimeMs", "durationSeconds", "srcAddr", "dstAddr", "dstPort", "protocol", "fwdPackets", "fwdIpBytes"],
  time: {
    field: "startTimeMs",
    headers: ["ts"],
    forms: ["date-time"],
    note: `${TIME_NOTE} This form has whole seconds.`,
  },
  unused: {
    ...because("start and duration say the same, more exactly", "te"),
    ...because("no field of the kind", "fwd", "stos", "dtos", "dir"),
    ...because("routing", "in", "out", "sas", "das", "smk", "dmk", "nh", "nhb"),
    ...because("link layer", "svln", "dvln", "ismc", "odmc", "idmc", "osmc"),
    ...because("link layer", ...Array.from({ length: 10 }, (_, index) => `mpls${index + 1}`)),
    ...because("latency that nprobe adds", "cl", "sl", "al"),
    ...because("says who exported the flow, and when", "ra", "eng", "exid", "tr"),
  },
  computed: [...portFields, ...icmpFields],
  notes: [IP_BYTES],
});

/** `nfdump -o csv` since nfdump 1.7.2, and `-o csv-fast`. */
const nfdumpShort: Dialect = defineDialect({
  name: "nfdump",
  title: "nfdump -o csv since 1.7.2, and -o csv-fast",
  kind: "flow/1",
  delimiter: ",",
  trailer: "Summary",
  numeric: [
    column("durationSeconds", ["duration"], { form: "clock" }),
    port("srcPort", "srcport"),
    port("dstPort", "dstport"),
    ...icmp("dstport"),
    protocol("proto"),
    flags("flags"),
    count("packets", "packets"),
    count("ipBytes", "bytes"),
  ],
  text: [
    { field: "srcAddr", headers: ["srcaddr"] },
    { field: "dstAddr", headers: ["dstaddr"] },
  ],
  required: ["startTimeMs", "srcAddr", "dstAddr", "dstPort", "protocol", "packets", "ipBytes"],
  time: {
    field: "startTimeMs",
    headers: ["firstseen"],
    forms: ["date-time", "epoch-milliseconds-whole"],
    note: TIME_NOTE,
  },
  rowNumbers: ["cnt"],
  unused: {
    ...because("number of the row", "cnt"),
    ...because("the addresses say it", "af"),
    ...because("no field of the kind", "lastseen", "srctos"),
    ...because("number of records that nfdump added up", "flows"),
    ...because("routing", "srcas", "dstas", "input", "output"),
  },
  computed: [...portFields, ...icmpFields],
  notes: [IP_BYTES],
});

export const nfdumpDialects: readonly Dialect[] = Object.freeze([nfdumpLong, nfdumpShort]);
