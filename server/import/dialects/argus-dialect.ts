import { type ComputedField, type Dialect, defineDialect } from "./dialect.js";
import { column, count, protocol, real } from "./numeric-columns.js";
import { icmpFields, transportPortFields } from "./protocol-fields.js";

/** argus leaves the ports of protocols without ports empty, or writes what else tells flows apart: ICMP identifiers, SPIs. */
const port = (field: string, header: string) =>
  column(field, [header], { integer: true, max: 65_535, form: "port", missing: [""] });

/** What the responder sent is what is left of both sides' total. */
const rest = (field: string, total: string, forward: string): ComputedField => ({
  field,
  from: [total, forward],
  sql: `CASE WHEN "${forward}" <= "${total}" THEN "${total}" - "${forward}" END`,
  missing: `${forward} is more than ${total}`,
});

/**
 * argus `ra -c ,` as in the CTU captures (binetflow). In the rows of ICMP the source port is `0x`, the code and the type, of one
 * byte each; bytes are those of link-layer frames.
 */
export const argusDialect: Dialect = defineDialect({
  name: "argus",
  title: "argus bidirectional flows (binetflow)",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    real("durationSeconds", "dur"),
    protocol("proto"),
    port("srcPort", "sport"),
    port("dstPort", "dport"),
    column("icmpType", ["sport"], { integer: true, max: 255, form: "icmp-hex-type" }),
    column("icmpCode", ["sport"], { integer: true, max: 255, form: "icmp-hex-code" }),
    column("tcpFlags", ["state"], { integer: true, max: 255, form: "argus-state" }),
    count("packets", "totpkts"),
    count("frameBytes", "totbytes"),
    count("fwdPackets", "srcpkts"),
    count("bwdPackets", "dstpkts"),
    count("fwdFrameBytes", "srcbytes"),
    count("bwdFrameBytes", "dstbytes"),
    count("fwdBytes", "sappbytes"),
    count("bwdBytes", "dappbytes"),
  ],
  text: [
    { field: "srcAddr", headers: ["srcaddr"] },
    { field: "dstAddr", headers: ["dstaddr"] },
  ],
  required: ["startTimeMs", "durationSeconds", "protocol", "srcAddr", "dstAddr", "packets", "frameBytes"],
  time: {
    field: "startTimeMs",
    headers: ["starttime"],
    forms: ["date-time-slashes", "date-time", "epoch-seconds", "time-without-date"],
    missingReason: "the file gives times of day without a date",
    note: "Times carry no zone: they are read as UTC.",
  },
  label: ["label"],
  identity: ["srcaddr"],
  unused: {
    dir: "argus puts the initiator first, as far as it knows",
    lasttime: "start and duration say the same",
    stos: "no field of the kind",
    dtos: "no field of the kind",
  },
  computed: [
    ...transportPortFields,
    ...icmpFields,
    rest("bwdPackets", "packets", "fwdPackets"),
    rest("bwdFrameBytes", "frameBytes", "fwdFrameBytes"),
  ],
  notes: [
    "argus counts bytes of link-layer frames where it reads packets: TotBytes and SrcBytes are frameBytes and fwdFrameBytes, neither IP nor payload bytes.",
  ],
});
