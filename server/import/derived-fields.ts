/** A field that an import computes from fields of the same row. */
export interface DerivedField {
  readonly field: string;
  readonly from: readonly string[];
  /** SQL over the fields it is made from; null where it is not defined. */
  readonly sql: string;
}

/** Bits of `tcpFlags`, as in the TCP header (RFC 9293, section 3.1). */
const tcpFlagBits = Object.entries({ fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 });

/** An amount of both directions: given, or as the sum of the two. */
interface Total {
  readonly from: readonly string[];
  readonly sql: string;
}

function totalsOf(field: string, part: string): readonly [Total, Total] {
  const [forward, backward] = [`fwd${part}`, `bwd${part}`];
  return [
    { from: [field], sql: `"${field}"` },
    { from: [forward, backward], sql: `("${forward}" + "${backward}")` },
  ];
}

const packets = totalsOf("packets", "Packets");
const bytes = totalsOf("bytes", "Bytes");
const ipBytes = totalsOf("ipBytes", "IpBytes");
const frameBytes = totalsOf("frameBytes", "FrameBytes");

const sum = (field: string, [, parts]: readonly [Total, Total]): DerivedField => ({ field, ...parts });

/** One amount over another, times a factor; not defined over nothing. */
function ratios(field: string, above: readonly Total[], below: readonly Total[], factor = 1): DerivedField[] {
  const times = factor === 1 ? "" : ` * ${factor}`;
  return above.flatMap((upper) =>
    below.map((lower) => ({
      field,
      from: [...upper.from, ...lower.from],
      sql: `CASE WHEN ${lower.sql} > 0 THEN ${upper.sql} / ${lower.sql}${times} END`,
    })),
  );
}

const duration: readonly Total[] = [{ from: ["durationSeconds"], sql: `"durationSeconds"` }];

/**
 * Fields of `flow/1` that are made from others where no column gives them; none takes another one as its source. Of several
 * for one field, the first that can be made counts.
 */
export const derivedFields: readonly DerivedField[] = Object.freeze([
  sum("packets", packets),
  sum("bytes", bytes),
  sum("ipBytes", ipBytes),
  sum("frameBytes", frameBytes),
  { field: "bitsPerSecond", from: ["bytesPerSecond"], sql: `"bytesPerSecond" * 8` },
  ...ratios("bitsPerSecond", bytes, duration, 8),
  ...ratios("bytesPerSecond", bytes, duration),
  ...ratios("packetsPerSecond", packets, duration),
  ...ratios("ipBytesPerSecond", ipBytes, duration),
  ...ratios("ipBitsPerSecond", ipBytes, duration, 8),
  ...ratios("bytesPerPacket", bytes, packets),
  ...ratios("ipBytesPerPacket", ipBytes, packets),
  {
    field: "tcpFlags",
    from: tcpFlagBits.map(([flag]) => `${flag}FlagCount`),
    sql: tcpFlagBits.map(([flag, bit]) => `(CASE WHEN "${flag}FlagCount" > 0 THEN ${bit} ELSE 0 END)`).join(" + "),
  },
]);
