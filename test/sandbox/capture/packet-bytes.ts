/** Builds captures byte by byte, so that tests say what is in a packet and nothing of how it is read. */

const be16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const be32 = (value: number): number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];

const address4 = (text: string): number[] => text.split(".").map(Number);

/** An IPv6 address written with all its eight groups, or with `::` once. */
export function address6(text: string): number[] {
  const [head = "", tail = ""] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = groups(tail);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap(be16);
}

export interface TcpOptions {
  readonly flags?: number;
  readonly window?: number;
  readonly sequence?: number;
  readonly options?: number;
  readonly payload?: number;
}

export function tcp(srcPort: number, dstPort: number, tcpOptions: TcpOptions = {}): number[] {
  const { flags = 0x10, window = 1000, sequence = 1, options = 0, payload = 0 } = tcpOptions;
  return [
    ...be16(srcPort),
    ...be16(dstPort),
    ...be32(sequence),
    ...be32(0),
    ((20 + options) / 4) << 4,
    flags,
    ...be16(window),
    ...be16(0),
    ...be16(0),
    ...new Array<number>(options + payload).fill(1),
  ];
}

export function udp(srcPort: number, dstPort: number, payload: number | readonly number[] = 0): number[] {
  const bytes = typeof payload === "number" ? new Array<number>(payload).fill(2) : payload;
  return [...be16(srcPort), ...be16(dstPort), ...be16(8 + bytes.length), ...be16(0), ...bytes];
}

export function icmp(type: number, code: number, identifier: number, payload = 0): number[] {
  return [type, code, ...be16(0), ...be16(identifier), ...be16(1), ...new Array<number>(payload).fill(3)];
}

export interface Ipv4Options {
  readonly src?: string;
  readonly dst?: string;
  readonly protocol: number;
  /** Fragment offset in units of 8 bytes, and whether more follow. */
  readonly offset?: number;
  readonly more?: boolean;
  /** What the length field says, where it lies. */
  readonly total?: number;
  readonly options?: number;
}

export function ipv4(content: readonly number[], ipOptions: Ipv4Options): number[] {
  const { src = "10.0.0.1", dst = "10.0.0.2", protocol, offset = 0, more = false, options = 0 } = ipOptions;
  const { total = 20 + options + content.length } = ipOptions;
  return [
    0x40 | (5 + options / 4),
    0,
    ...be16(total),
    ...be16(7),
    ...be16((more ? 0x2000 : 0) | offset),
    64,
    protocol,
    ...be16(0),
    ...address4(src),
    ...address4(dst),
    ...new Array<number>(options).fill(1),
    ...content,
  ];
}

export function ipv6(
  content: readonly number[],
  {
    src = "2001:db8::1",
    dst = "2001:db8::2",
    next,
    length = content.length,
  }: { src?: string; dst?: string; next: number; length?: number },
): number[] {
  return [0x60, 0, 0, 0, ...be16(length), next, 64, ...address6(src), ...address6(dst), ...content];
}

/** An Ethernet frame around `content`, with VLAN tags outermost first. */
export function ethernet(content: readonly number[], etherType = 0x0800, vlans: readonly number[] = []): number[] {
  return [
    ...new Array<number>(12).fill(0xee),
    ...vlans.flatMap((vlan) => [0x81, 0, ...be16(vlan)]),
    ...be16(etherType),
    ...content,
  ];
}

/** One packet of a capture. */
export interface CapturedFrame {
  readonly micros: number;
  readonly bytes: readonly number[];
  /** Length on the wire; that of the bytes unless told. */
  readonly wire?: number;
}

export interface PcapOptions {
  readonly bigEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

const numbers = (bigEndian: boolean) => {
  const write = (size: 2 | 4) => (value: number) => {
    const bytes = Buffer.alloc(size);
    if (size === 2) bigEndian ? bytes.writeUInt16BE(value) : bytes.writeUInt16LE(value);
    else bigEndian ? bytes.writeUInt32BE(value) : bytes.writeUInt32LE(value);
    return bytes;
  };
  return { u16: write(2), u32: write(4) };
};

/** A pcap file. */
export function pcap(frames: readonly CapturedFrame[], options: PcapOptions = {}): Buffer {
  const { bigEndian = false, nanoseconds = false, linkType = 1 } = options;
  const { u16, u32 } = numbers(bigEndian);
  const parts = [
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    u16(2),
    u16(4),
    u32(0),
    u32(0),
    u32(262_144),
    u32(linkType),
  ];
  for (const { micros, bytes, wire = bytes.length } of frames) {
    const fraction = micros % 1e6;
    parts.push(
      u32(Math.floor(micros / 1e6)),
      u32(nanoseconds ? fraction * 1000 : fraction),
      u32(bytes.length),
      u32(wire),
      Buffer.from(bytes),
    );
  }
  return Buffer.concat(parts);
}

/** Blocks of a pcapng file. */
export function pcapngBlocks(bigEndian = false) {
  const { u16, u32 } = numbers(bigEndian);
  const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const block = (type: number, ...body: Buffer[]) => {
    const content = Buffer.concat(body);
    return Buffer.concat([u32(type), u32(content.length + 12), content, u32(content.length + 12)]);
  };
  const option = (code: number, value: Buffer) => Buffer.concat([u16(code), u16(value.length), pad(value)]);
  const halves = (units: bigint) => [u32(Number(units >> 32n)), u32(Number(units & 0xffff_ffffn))];
  return {
    block,
    option,
    u16,
    u32,
    section: () => block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffff_ffff), u32(0xffff_ffff)),
    describe: (linkType: number, ...options: Buffer[]) => block(1, u16(linkType), u16(0), u32(0), ...options),
    resolution: (value: number) => option(9, Buffer.from([value])),
    offset: (seconds: number) => {
      const low = u32(seconds >>> 0);
      const high = u32(seconds < 0 ? 0xffff_ffff : Math.floor(seconds / 2 ** 32));
      return option(14, Buffer.concat(bigEndian ? [high, low] : [low, high]));
    },
    enhanced: (port: number, units: bigint, bytes: readonly number[]) =>
      block(6, u32(port), ...halves(units), u32(bytes.length), u32(bytes.length), pad(Buffer.from(bytes))),
    obsolete: (port: number, units: bigint, bytes: readonly number[]) =>
      block(2, u16(port), u16(0), ...halves(units), u32(bytes.length), u32(bytes.length), pad(Buffer.from(bytes))),
    simple: (bytes: readonly number[]) => block(3, u32(bytes.length), pad(Buffer.from(bytes))),
  };
}
