import type { MessageDecoder } from "./message-decoder.js";
import { readHeader } from "./message-header.js";

const SET_HEADER_BYTES = 4;

/** Whether a datagram's payload is an export message: its lengths must fit, too, since any port may carry anything. */
export function isExportDatagram(payload: Buffer): boolean {
  const header = readHeader(payload, 0, payload.length);
  if (header === undefined) return false;
  if (header.bytes !== null) return header.bytes <= payload.length;
  const firstSet = header.headerBytes;
  return (
    payload.length >= firstSet + SET_HEADER_BYTES && payload.readUInt16BE(firstSet + 2) <= payload.length - firstSet
  );
}

/**
 * Decode a datagram: one message, or several in a row.
 * @returns messages that began in it
 */
export function decodeDatagram(decoder: MessageDecoder, payload: Buffer, source: string): number {
  let messages = 0;
  for (let at = 0; at < payload.length; ) {
    const { next, isWhole } = decoder.decode(payload, at, payload.length, source);
    messages += 1;
    if (!isWhole) break;
    at = next;
  }
  return messages;
}
