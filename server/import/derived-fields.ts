/** A field that an import computes from fields of the same row. */
export interface DerivedField {
  readonly field: string;
  readonly from: readonly string[];
  /** SQL over the fields it is made from; null where it is not defined. */
  readonly sql: string;
}

/** Bits of `tcpFlags`, as in the TCP header (RFC 9293, section 3.1). */
const tcpFlagBits = Object.entries({ fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 });

/** Fields of `flow/1` that are made from others; none takes another one as its source. */
export const derivedFields: readonly DerivedField[] = Object.freeze([
  { field: "packets", from: ["fwdPackets", "bwdPackets"], sql: `"fwdPackets" + "bwdPackets"` },
  { field: "bytes", from: ["fwdBytes", "bwdBytes"], sql: `"fwdBytes" + "bwdBytes"` },
  { field: "bitsPerSecond", from: ["bytesPerSecond"], sql: `"bytesPerSecond" * 8` },
  {
    field: "bytesPerPacket",
    from: ["fwdPackets", "bwdPackets", "fwdBytes", "bwdBytes"],
    sql: `CASE WHEN "fwdPackets" + "bwdPackets" > 0 THEN ("fwdBytes" + "bwdBytes") / ("fwdPackets" + "bwdPackets") END`,
  },
  {
    field: "tcpFlags",
    from: tcpFlagBits.map(([flag]) => `${flag}FlagCount`),
    sql: tcpFlagBits.map(([flag, bit]) => `(CASE WHEN "${flag}FlagCount" > 0 THEN ${bit} ELSE 0 END)`).join(" + "),
  },
]);
