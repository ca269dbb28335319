import { FlamencoError } from "@flamenco/policies/errors";
import { type Cell, canonicalLine } from "@flamenco/sandbox/records";

/** Fields of `flow/1` that an nfcapd file gives, in the order of the lines below. */
const fields = [
  "startTimeMs",
  "durationSeconds",
  "srcAddr",
  "dstAddr",
  "srcPort",
  "dstPort",
  "protocol",
  "icmpType",
  "icmpCode",
  "tcpFlags",
  "fwdPackets",
  "fwdIpBytes",
  "bwdPackets",
  "bwdIpBytes",
] as const;

/** Columns: start, duration, addresses, ports, ICMP type and code, protocol, flags, packets and bytes of both directions. */
const CELLS = 14;
/** As nfdump writes the flags of a flow, the highest bit first. */
const FLAG_LETTERS = "CEUAPRSF";
const ICMP_PROTOCOLS: ReadonlySet<string> = new Set(["1", "58"]);
/** All that a file without flows has. */
const NO_FLOWS = "No matching flows";
const LINE_FEED = 0x0a;
const MOST_LINE_BYTES = 4_096;

/**
 * nfdump's lines as CSV of the dialect `flamenco`. Its own CSV has starts in whole seconds; these lines have milliseconds.
 * @throws FLM_CONVERSION for a line that is none of the form that was asked for
 */
export async function* translateNfdumpLines(output: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield Buffer.from(`${canonicalLine(fields)}\n`);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    rest = Buffer.from(bytes.subarray(end));
    if (rest.length > MOST_LINE_BYTES) throw unexpected();
    if (end > 0) yield Buffer.from(translate(bytes.toString("latin1", 0, end - 1).split("\n")));
  }
  if (rest.length > 0) yield Buffer.from(translate([rest.toString("latin1")]));
}

function translate(lines: readonly string[]): string {
  return lines
    .filter((line) => line !== NO_FLOWS)
    .map((line) => `${canonicalLine(cellsOf(line))}\n`)
    .join("");
}

function cellsOf(line: string): Cell[] {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length !== CELLS) throw unexpected();
  const [start, duration, srcAddr, dstAddr, srcPort, dstPort, icmpType, icmpCode, protocol, flags, ...counts] = cells;
  const isIcmp = ICMP_PROTOCOLS.has(protocol!);
  return [
    // Seconds with three decimals.
    start!.replace(".", ""),
    duration!,
    srcAddr!,
    dstAddr!,
    isIcmp ? null : srcPort!,
    isIcmp ? null : dstPort!,
    protocol!,
    isIcmp ? icmpType! : null,
    isIcmp ? icmpCode! : null,
    flagBits(flags!),
    ...counts,
  ];
}

/** Eight places, each a letter or a dot. */
function flagBits(text: string): number {
  let bits = 0;
  for (const [index, letter] of [...FLAG_LETTERS].entries()) if (text[index] === letter) bits |= 0x80 >> index;
  return bits;
}

function unexpected(): FlamencoError {
  return new FlamencoError("FLM_CONVERSION", "nfdump's output has another form than version 1.7 gives it.");
}
