import { formatAddress } from "../capture/index.js";
import type { ElementType } from "./element-type.js";

/** A value as JSON carries it: counts beyond 2^53 and octets are text. */
export type FieldValue = number | string;

const NTP_TO_UNIX_SECONDS = 2_208_988_800;
/** Of ECMAScript's `Date`, in milliseconds. */
const LATEST_DATE_MS = 8.64e15;

type Reader = (bytes: Buffer, at: number, length: number) => FieldValue | undefined;

/** Each type's reader; undefined where the length is none of the type's, and the octets speak for themselves. */
const readers: Readonly<Record<ElementType, Reader>> = {
  unsigned: (bytes, at, length) =>
    length >= 1 && length <= 6 ? bytes.readUIntBE(at, length) : readUnsigned64(bytes, at, length),
  float: (bytes, at, length) =>
    length === 4 ? finite(bytes.readFloatBE(at)) : length === 8 ? finite(bytes.readDoubleBE(at)) : undefined,
  string: (bytes, at, length) => withoutPadding(bytes, at, length),
  octetArray: () => undefined,
  macAddress: (bytes, at, length) => (length === 6 ? macText(bytes, at) : undefined),
  ipv4Address: (bytes, at, length) => (length === 4 ? formatAddress(bytes, at, 4) : undefined),
  ipv6Address: (bytes, at, length) => (length === 16 ? formatAddress(bytes, at, 6) : undefined),
  dateTimeSeconds: (bytes, at, length) => dateText(readTimeMs("dateTimeSeconds", bytes, at, length)),
  dateTimeMilliseconds: (bytes, at, length) => dateText(readTimeMs("dateTimeMilliseconds", bytes, at, length)),
  dateTimeMicroseconds: (bytes, at, length) => ntpText(bytes, at, length, 6),
  dateTimeNanoseconds: (bytes, at, length) => ntpText(bytes, at, length, 9),
  applicationId: (bytes, at, length) => applicationText(bytes, at, length),
};

/**
 * Value of one field: numbers, dates as ISO 8601, addresses in their usual form, octets as hexadecimal digits.
 * @param length in octets; unsigned and float may be shorter than their type (RFC 7011, section 6.2)
 */
export function fieldValue(type: ElementType, bytes: Buffer, at: number, length: number): FieldValue {
  return readers[type](bytes, at, length) ?? bytes.toString("hex", at, at + length);
}

/** Unsigned big-endian number of 1 to 8 octets, as a double; null for any other length. */
export function readCount(bytes: Buffer, at: number, length: number): number | null {
  if (length === 0 || length > 8) return null;
  let value = 0;
  for (let index = at; index < at + length; index += 1) value = value * 256 + bytes[index]!;
  return value;
}

/** Milliseconds since 1970 of a dateTime element (RFC 7011, sections 6.1.7 to 6.1.10); null for another type or length. */
export function readTimeMs(type: ElementType, bytes: Buffer, at: number, length: number): number | null {
  if (type === "dateTimeSeconds") return length === 4 ? bytes.readUInt32BE(at) * 1000 : null;
  if (length !== 8) return null;
  if (type === "dateTimeMilliseconds") return readCount(bytes, at, length);
  if (type !== "dateTimeMicroseconds" && type !== "dateTimeNanoseconds") return null;
  const seconds = bytes.readUInt32BE(at) - NTP_TO_UNIX_SECONDS;
  return seconds * 1000 + (bytes.readUInt32BE(at + 4) / 2 ** 32) * 1000;
}

function readUnsigned64(bytes: Buffer, at: number, length: number): FieldValue | undefined {
  if (length < 7 || length > 8) return undefined;
  const value = (BigInt(bytes.readUIntBE(at, length - 4)) << 32n) | BigInt(bytes.readUInt32BE(at + length - 4));
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Exporters fill strings of fixed length up with NUL. */
function withoutPadding(bytes: Buffer, at: number, length: number): string {
  let end = at + length;
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return bytes.toString("utf8", at, end);
}

function dateText(ms: number | null): string | undefined {
  return ms === null || ms > LATEST_DATE_MS ? undefined : new Date(ms).toISOString();
}

function ntpText(bytes: Buffer, at: number, length: number, digits: number): string | undefined {
  if (length !== 8) return undefined;
  const seconds = bytes.readUInt32BE(at) - NTP_TO_UNIX_SECONDS;
  const fraction = Math.floor((bytes.readUInt32BE(at + 4) / 2 ** 32) * 10 ** digits);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(digits, "0")}Z`;
}

/** Engine and selector with a colon between, as Cisco writes them; engine 20 has a private enterprise number first. */
function applicationText(bytes: Buffer, at: number, length: number): string | undefined {
  const engine = bytes[at];
  if (engine === 20 && length > 5 && length <= 13) {
    return `20:${bytes.readUInt32BE(at + 1)}:${readUnsigned(bytes, at + 5, length - 5)}`;
  }
  return length > 1 && length <= 9 ? `${engine}:${readUnsigned(bytes, at + 1, length - 1)}` : undefined;
}

function readUnsigned(bytes: Buffer, at: number, length: number): FieldValue | undefined {
  return readers.unsigned(bytes, at, length);
}

/** Six pairs of hexadecimal digits with colons between. */
function macText(bytes: Buffer, at: number): string {
  return bytes.toString("hex", at, at + 6).replace(/..(?=.)/g, "$&:");
}
