import { netflowLimits } from "./limits.js";

export const netflowVersions = [1, 5, 7, 9, 10] as const;
/** 10 is IPFIX. */
export type NetflowVersion = (typeof netflowVersions)[number];

/** What the header of an export message says. */
export interface MessageHeader {
  readonly version: NetflowVersion;
  readonly headerBytes: number;
  /** Octets of the whole message; null for NetFlow v9, which does not say. */
  readonly bytes: number | null;
  /** Records; for NetFlow v9 what the exporter says, for IPFIX null. */
  readonly count: number | null;
  /** Milliseconds since 1970 on the exporter's clock. */
  readonly exportTimeMs: number;
  /** Milliseconds since the exporter started, at the time of export, modulo 2^32; null in IPFIX. */
  readonly sysUptimeMs: number | null;
  /** Null in NetFlow v1. */
  readonly sequence: number | null;
  /** Observation domain, source id, or engine type and id: what tells exporters at one address apart. */
  readonly domain: number;
  /** One in so many packets is sampled, as NetFlow v5 says; 0 when it says nothing. */
  readonly samplingInterval: number;
}

const RECORD_BYTES: Readonly<Record<1 | 5 | 7, number>> = { 1: 52, 5: 48, 7: 52 };
const HEADER_BYTES: Readonly<Record<NetflowVersion, number>> = { 1: 16, 5: 24, 7: 24, 9: 20, 10: 16 };
const NANOS_PER_SECOND = 1e9;
/** Interval without its two bits of mode. */
const SAMPLING_INTERVAL_MASK = 0x3fff;

/**
 * The header at `at`, or undefined where the bytes are none: the version word and whatever else cannot be otherwise.
 * @param end of the bytes at hand; the message may go on behind it.
 */
export function readHeader(bytes: Buffer, at: number, end: number): MessageHeader | undefined {
  if (end - at < 16) return undefined;
  const version = bytes.readUInt16BE(at) as NetflowVersion;
  const headerBytes = HEADER_BYTES[version];
  if (headerBytes === undefined || end - at < headerBytes) return undefined;
  if (version === 10) return ipfixHeader(bytes, at, end);
  return version === 9 ? netflow9Header(bytes, at, end) : fixedHeader(bytes, at, version);
}

function fixedHeader(bytes: Buffer, at: number, version: 1 | 5 | 7): MessageHeader | undefined {
  const count = bytes.readUInt16BE(at + 2);
  const nanoseconds = bytes.readUInt32BE(at + 12);
  if (count === 0 || count > netflowLimits.recordsOfFixedMessage || nanoseconds >= NANOS_PER_SECOND) return undefined;
  return {
    version,
    headerBytes: HEADER_BYTES[version],
    bytes: HEADER_BYTES[version] + count * RECORD_BYTES[version],
    count,
    exportTimeMs: bytes.readUInt32BE(at + 8) * 1000 + Math.floor(nanoseconds / 1e6),
    sysUptimeMs: bytes.readUInt32BE(at + 4),
    sequence: version === 1 ? null : bytes.readUInt32BE(at + 16),
    domain: version === 5 ? bytes.readUInt16BE(at + 20) : 0,
    samplingInterval: version === 5 ? bytes.readUInt16BE(at + 22) & SAMPLING_INTERVAL_MASK : 0,
  };
}

function netflow9Header(bytes: Buffer, at: number, end: number): MessageHeader | undefined {
  const firstSet = at + HEADER_BYTES[9];
  if (!isSetHeader(bytes, firstSet, end, 1)) return undefined;
  return {
    version: 9,
    headerBytes: HEADER_BYTES[9],
    bytes: null,
    count: bytes.readUInt16BE(at + 2),
    exportTimeMs: bytes.readUInt32BE(at + 8) * 1000,
    sysUptimeMs: bytes.readUInt32BE(at + 4),
    sequence: bytes.readUInt32BE(at + 12),
    domain: bytes.readUInt32BE(at + 16),
    samplingInterval: 0,
  };
}

function ipfixHeader(bytes: Buffer, at: number, end: number): MessageHeader | undefined {
  const length = bytes.readUInt16BE(at + 2);
  if (length < HEADER_BYTES[10]) return undefined;
  if (length > HEADER_BYTES[10] && !isSetHeader(bytes, at + HEADER_BYTES[10], end, 3)) return undefined;
  return {
    version: 10,
    headerBytes: HEADER_BYTES[10],
    bytes: length,
    count: null,
    exportTimeMs: bytes.readUInt32BE(at + 4) * 1000,
    sysUptimeMs: null,
    sequence: bytes.readUInt32BE(at + 8),
    domain: bytes.readUInt32BE(at + 12),
    samplingInterval: 0,
  };
}

/** A header that ends the bytes at hand is believed; a set behind it must be one of templates or of data. */
function isSetHeader(bytes: Buffer, at: number, end: number, lastTemplateSet: number): boolean {
  if (end - at < 4) return true;
  const id = bytes.readUInt16BE(at);
  const known = id >= 256 || (id <= lastTemplateSet && id >= lastTemplateSet - 1);
  return known && bytes.readUInt16BE(at + 2) >= 4;
}
