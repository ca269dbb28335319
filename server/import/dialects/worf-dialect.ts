import { type Dialect, defineDialect } from "./dialect.js";
import { column, count, port, protocol, real } from "./numeric-columns.js";
import { portFields } from "./protocol-fields.js";

/**
 * The fields of the Worf study, as nfdump prints them: `First Seen, Last Seen, Duration, …, Bytes Per Package`. nfdump writes an
 * ICMP message as `type.code` in the destination port, and rates of more than a million as `1.2 M`, rounded.
 */
export const worfDialect: Dialect = defineDialect({
  name: "worf",
  title: "Field set of the Worf study, printed by nfdump",
  kind: "flow/1",
  delimiter: ",",
  numeric: [
    column("durationSeconds", ["duration"], { form: "clock" }),
    port("srcPort", "src port"),
    port("dstPort", "dst port"),
    column("icmpType", ["dst port"], { integer: true, max: 255, form: "icmp-dotted-type" }),
    column("icmpCode", ["dst port"], { integer: true, max: 255, form: "icmp-dotted-code" }),
    protocol("proto"),
    column("tcpFlags", ["flags"], { integer: true, max: 255, form: "tcp-flags" }),
    count("packets", "packets"),
    count("ipBytes", "bytes"),
    column("ipBitsPerSecond", ["bits per second"], { form: "scaled-number" }),
    column("packetsPerSecond", ["packets per second"], { form: "scaled-number" }),
    real("ipBytesPerPacket", "bytes per package", "bytes per packet"),
  ],
  text: [
    { field: "srcAddr", headers: ["src ip", "src ip addr"] },
    { field: "dstAddr", headers: ["dst ip", "dst ip addr"] },
  ],
  required: ["startTimeMs", "durationSeconds", "srcAddr", "dstAddr", "dstPort", "protocol", "packets", "ipBytes"],
  time: {
    field: "startTimeMs",
    headers: ["first seen", "date first seen"],
    forms: ["date-time"],
    note: "Times carry no zone: they are read as UTC.",
  },
  label: ["label"],
  unused: { "last seen": "start and duration say the same" },
  computed: portFields,
  notes: [
    "nfdump counts bytes of IP packets, headers included: they are ipBytes, not bytes. It rounds its rates and bytes per packet, and writes rates of 0 for flows without duration.",
  ],
});
