import { type Dialect, defineDialect } from "./dialect.js";
import { column, count, port, protocol, real } from "./numeric-columns.js";
import { icmpByAddress, icmpFields, portFields } from "./protocol-fields.js";

/** Zeek's marks of a value that is not set, and of an empty list. */
const missing = ["-", "(empty)"];

/** In the rows of ICMP, the port of the originator is the type and that of the responder the code. */
const numeric = [
  real("durationSeconds", "duration"),
  protocol("proto"),
  port("srcPort", "id.orig_p"),
  port("dstPort", "id.resp_p"),
  column("icmpType", ["id.orig_p"], { integer: true, max: 65_535 }),
  column("icmpCode", ["id.resp_p"], { integer: true, max: 65_535 }),
  count("fwdBytes", "orig_bytes"),
  count("bwdBytes", "resp_bytes"),
  count("fwdPackets", "orig_pkts"),
  count("bwdPackets", "resp_pkts"),
  count("fwdIpBytes", "orig_ip_bytes"),
  count("bwdIpBytes", "resp_ip_bytes"),
].map((one) => ({ ...one, missing }));

/** Zeek `conn.log` in its own form: cells between tabs, names in the line `#fields`. */
export const zeekDialect: Dialect = defineDialect({
  name: "zeek",
  title: "Zeek conn.log, tab-separated",
  kind: "flow/1",
  delimiter: "\t",
  comments: { mark: "#", headerMark: "#fields" },
  numeric,
  text: [
    { field: "srcAddr", headers: ["id.orig_h"], missing },
    { field: "dstAddr", headers: ["id.resp_h"], missing },
    { field: "connectionId", headers: ["uid"], missing },
  ],
  required: ["startTimeMs", "durationSeconds", "srcAddr", "dstAddr", "dstPort", "protocol"],
  time: { field: "startTimeMs", headers: ["ts"], forms: ["epoch-seconds"], missing },
  label: ["label"],
  identity: ["uid"],
  unused: {
    service: "what Zeek took the payload for, not a field of the kind",
    conn_state: "no field of the kind",
    history: "letters of events, not every packet's flags",
    missed_bytes: "no field of the kind",
    local_orig: "no field of the kind",
    local_resp: "no field of the kind",
    tunnel_parents: "no field of the kind",
    orig_l2_addr: "link layer",
    resp_l2_addr: "link layer",
    vlan: "link layer",
    inner_vlan: "link layer",
    ip_proto: "proto says it",
    "detailed-label": "label says it",
  },
  computed: [...portFields, ...icmpFields, icmpByAddress],
  notes: [
    "Zeek takes a TCP side's payload bytes from sequence numbers: with lost packets they are what was sent, not what was seen.",
  ],
});
