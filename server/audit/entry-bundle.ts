import { isFlamencoError } from "@flamenco/policies/errors";
import { hashBytes, leafHash, parseCanonicalJson, recordBytes } from "@flamenco/policies/trust";
import { AuditRecord, parseDocument } from "@flamenco/policies/wire";

const LENGTH_BYTES = 2;

/** A record as it stands in a bundle: two bytes of length, most significant first, and its canonical JSON. */
export function frameRecord(record: AuditRecord): { framed: Uint8Array; leaf: Uint8Array } {
  const data = recordBytes(record);
  const framed = new Uint8Array(LENGTH_BYTES + data.length);
  new DataView(framed.buffer).setUint16(0, data.length);
  framed.set(data, LENGTH_BYTES);
  return { framed, leaf: leafHash(data) };
}

/** One record of a bundle, or why it is none. */
export type ReadRecord =
  | { readonly record: AuditRecord; readonly leaf: Uint8Array; readonly end: number }
  | { readonly wrong: string };

/**
 * Read the record that starts at a byte of a bundle and should stand at a place of the log.
 * @returns the record and where it ends, or what is wrong
 */
export function readRecord(bundle: Uint8Array, start: number, index: number): ReadRecord {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  if (start + LENGTH_BYTES > bundle.length) return { wrong: "it is missing" };
  const end = start + LENGTH_BYTES + view.getUint16(start);
  if (end > bundle.length) return { wrong: "it is cut off" };
  const data = bundle.subarray(start + LENGTH_BYTES, end);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    const record = parseDocument(AuditRecord, parseCanonicalJson(text), "audit record");
    if (record.index !== index) return { wrong: `entry ${record.index} stands in its place` };
    return { record, leaf: leafHash(data), end };
  } catch (error) {
    if (!isFlamencoError(error) && !(error instanceof TypeError)) throw error;
    return { wrong: "it is not a record" };
  }
}

/** Byte at which the record after the first `count` of a bundle starts, by their lengths alone; the end where there are fewer. */
export function startOfRecord(bundle: Uint8Array, count: number): number {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let start = 0;
  for (let passed = 0; passed < count && start + LENGTH_BYTES <= bundle.length; passed += 1) {
    start += LENGTH_BYTES + view.getUint16(start);
  }
  return Math.min(start, bundle.length);
}

/** Hashes of a tile's file. */
export function splitHashes(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(tile.length / hashBytes) }, (_, at) =>
    tile.slice(at * hashBytes, (at + 1) * hashBytes),
  );
}

/** A tile's file of its hashes. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
