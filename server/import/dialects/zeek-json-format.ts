import { JsonSplitter } from "@flamenco/sandbox/measurements";
import type { Cell, RecordDecoder, RecordFormat, RecordSink } from "@flamenco/sandbox/records";
import { protocolNumbers, withoutProtocolNumber } from "./protocol-numbers.js";

const fields = Object.freeze([
  "startTimeMs",
  "durationSeconds",
  "srcAddr",
  "dstAddr",
  "connectionId",
  "srcPort",
  "dstPort",
  "protocol",
  "icmpType",
  "icmpCode",
  "fwdPackets",
  "bwdPackets",
  "fwdBytes",
  "bwdBytes",
  "fwdIpBytes",
  "bwdIpBytes",
]);

type Connection = Readonly<Record<string, unknown>>;

/** A value that JSON gives as it is; whether it is a number is for the import to judge. */
function cellOf(connection: Connection, name: string): Cell {
  const value = connection[name];
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : (value as Cell);
}

/** Zeek has one name for ICMP and ICMPv6: the latter runs between IPv6 addresses. */
function protocolOf(connection: Connection): Cell {
  const { proto } = connection;
  if (typeof proto !== "string" || withoutProtocolNumber.includes(proto)) return null;
  if (proto === "icmp") return String(connection["id.orig_h"]).includes(":") ? 58 : 1;
  return protocolNumbers[proto] ?? proto;
}

/** Milliseconds of seconds with six decimals, as the same number in a tab-separated log gives them. */
function timeOf({ ts }: Connection): Cell {
  if (typeof ts === "number") return Math.round(ts * 1e6) / 1e3;
  return ts === undefined ? null : String(ts);
}

function cellsOf(connection: Connection): Cell[] {
  const cell = (name: string) => cellOf(connection, name);
  const ports = [cell("id.orig_p"), cell("id.resp_p")];
  const isIcmp = connection.proto === "icmp";
  const none = [null, null];
  return [
    timeOf(connection),
    cell("duration"),
    cell("id.orig_h"),
    cell("id.resp_h"),
    cell("uid"),
    ...(isIcmp ? none : ports),
    protocolOf(connection),
    ...(isIcmp ? ports : none),
    ...["orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes", "orig_ip_bytes", "resp_ip_bytes"].map(cell),
  ];
}

/** One connection a document; what is no connection is dropped. */
class ZeekJsonDecoder implements RecordDecoder {
  readonly #splitter: JsonSplitter;
  #record = 0;

  constructor(sink: RecordSink) {
    const drop = () => {
      this.#record += 1;
      sink.drop("malformed-record", this.#record);
    };
    this.#splitter = new JsonSplitter({
      document: (bytes) => {
        const connection = parseConnection(bytes);
        if (connection === null) return drop();
        this.#record += 1;
        sink.row(this.#record, cellsOf(connection));
      },
      broken: drop,
    });
  }

  push(chunk: Buffer): void {
    this.#splitter.push(chunk);
  }

  finish(): void {
    this.#splitter.finish();
  }
}

function parseConnection(bytes: Buffer): Connection | null {
  try {
    const document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Connection;
    return Object.hasOwn(document, "id.orig_h") && Object.hasOwn(document, "id.resp_h") ? document : null;
  } catch {
    return null;
  }
}

/** Zeek `conn.log` as JSON, one connection a line. */
export const zeekJsonFormat: RecordFormat = Object.freeze({
  name: "zeek-json",
  title: "Zeek conn.log, JSON",
  kind: "flow/1",
  fields,
  recognizes: (head: Buffer) => {
    const text = head.toString("utf8");
    return /^\uFEFF?\s*\{/.test(text) && text.includes('"id.orig_h"') && text.includes('"conn_state"');
  },
  open: (sink: RecordSink) => new ZeekJsonDecoder(sink),
});
