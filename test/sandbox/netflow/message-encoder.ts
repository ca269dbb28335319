import { type DataRecord, flowRow, flowRowFields, MessageDecoder, valuesOf } from "@flamenco/sandbox/netflow";

/** A number of so many octets, most significant first. */
export function octets(length: number, value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  if (length <= 8) return bytes.subarray(8 - length);
  return Buffer.concat([Buffer.alloc(length - 8), bytes]);
}

export const u8 = (value: number) => octets(1, value);
export const u16 = (value: number) => octets(2, value);
export const u32 = (value: number) => octets(4, value);
export const u64 = (value: number | bigint) => octets(8, value);
export const ipv4 = (text: string) => Buffer.from(text.split(".").map(Number));

/** A field of a template: element, octets, enterprise. */
export type FieldSpec = readonly [id: number, length: number, enterprise?: number];

interface Header {
  readonly seconds?: number;
  readonly nanoseconds?: number;
  readonly uptime?: number;
  readonly sequence?: number;
  readonly domain?: number;
}

/** 2020-01-01 00:00:00 UTC. */
export const EXPORT_SECONDS = 1_577_836_800;

/** @param records of 48 octets @param sampling mode and interval, as one word */
export function netflow5(
  records: readonly Buffer[],
  header: Header & { sampling?: number; count?: number } = {},
): Buffer {
  const { seconds = EXPORT_SECONDS, nanoseconds = 0, uptime = 60_000, sequence = 0, domain = 0, sampling = 0 } = header;
  const head = [
    u16(5),
    u16(header.count ?? records.length),
    u32(uptime),
    u32(seconds),
    u32(nanoseconds),
    u32(sequence),
  ];
  return Buffer.concat([...head, u16(domain), u16(sampling), ...records]);
}

/** A flow of NetFlow v5 between 10.0.0.1 and 10.0.0.2. */
export function flow5({ first = 50_000, last = 55_000, packets = 10, bytes = 1_000, flags = 0x1b } = {}): Buffer {
  return Buffer.concat([
    ...[
      ipv4("10.0.0.1"),
      ipv4("10.0.0.2"),
      ipv4("0.0.0.0"),
      u16(1),
      u16(2),
      u32(packets),
      u32(bytes),
      u32(first),
      u32(last),
    ],
    ...[u16(40_000), u16(443), u8(0), u8(flags), u8(6), u8(0), u16(64_496), u16(64_497), u8(24), u8(16), u16(0)],
  ]);
}

export function netflow9(sets: readonly Buffer[], header: Header & { count?: number } = {}): Buffer {
  const { seconds = EXPORT_SECONDS, uptime = 60_000, sequence = 0, domain = 1 } = header;
  const head = [u16(9), u16(header.count ?? sets.length), u32(uptime), u32(seconds), u32(sequence), u32(domain)];
  return Buffer.concat([...head, ...sets]);
}

export function ipfix(sets: readonly Buffer[], header: Header & { length?: number } = {}): Buffer {
  const { seconds = EXPORT_SECONDS, sequence = 0, domain = 1 } = header;
  const body = Buffer.concat(sets);
  const length = header.length ?? 16 + body.length;
  return Buffer.concat([u16(10), u16(length), u32(seconds), u32(sequence), u32(domain), body]);
}

/** A set with its header. */
export function set(id: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([u16(id), u16(4 + body.length), body]);
}

export function fieldSpecs(fields: readonly FieldSpec[]): Buffer {
  return Buffer.concat(
    fields.map(([id, length, enterprise]) =>
      enterprise === undefined
        ? Buffer.concat([u16(id), u16(length)])
        : Buffer.concat([u16(id | 0x8000), u16(length), u32(enterprise)]),
    ),
  );
}

export function template(id: number, fields: readonly FieldSpec[]): Buffer {
  return Buffer.concat([u16(id), u16(fields.length), fieldSpecs(fields)]);
}

/** Options template of IPFIX. */
export function optionsTemplate(id: number, scopes: number, fields: readonly FieldSpec[]): Buffer {
  return Buffer.concat([u16(id), u16(fields.length), u16(scopes), fieldSpecs(fields)]);
}

/** Options template of NetFlow v9, which counts octets. */
export function optionsTemplate9(id: number, scopes: readonly FieldSpec[], options: readonly FieldSpec[]): Buffer {
  return Buffer.concat([u16(id), u16(4 * scopes.length), u16(4 * options.length), fieldSpecs([...scopes, ...options])]);
}

/** A value of variable length (RFC 7011, section 7). */
export function variable(content: Buffer): Buffer {
  return content.length < 255
    ? Buffer.concat([u8(content.length), content])
    : Buffer.concat([u8(255), u16(content.length), content]);
}

/** What a decoder made of datagrams. */
export interface Decoded {
  readonly values: Record<string, unknown>[];
  readonly rows: (Record<string, unknown> | null)[];
  readonly problems: string[];
  readonly decoder: MessageDecoder;
}

/** Decodes datagrams of one exporter, one after the other. */
export function decode(...datagrams: readonly Buffer[]): Decoded {
  const found: Omit<Decoded, "decoder"> = { values: [], rows: [], problems: [] };
  const decoder = new MessageDecoder({
    record: (record) => {
      found.values.push(valuesOf(record));
      found.rows.push(namedRow(record));
    },
    problem: (problem, text, at) => found.problems.push(`${problem} at ${at}: ${text}`),
  });
  for (const bytes of datagrams) decoder.decode(bytes, 0, bytes.length, "192.0.2.1");
  return { ...found, decoder };
}

/** A row by the names of its fields, without those that are missing. */
export function namedRow(record: DataRecord): Record<string, unknown> | null {
  const cells = flowRow(record);
  if (cells === null) return null;
  const named = flowRowFields.map((field, index) => [field, cells[index]] as const);
  return Object.fromEntries(named.filter(([, cell]) => cell !== null));
}
