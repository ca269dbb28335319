import type { Cell, RecordDropReason, RecordFormat } from "@flamenco/sandbox/records";

/** A row under the names of its fields. */
export type Row = Readonly<Record<string, Cell>> & { readonly record: number };

export interface Decoded {
  readonly rows: Row[];
  readonly drops: (readonly [record: number, reason: RecordDropReason])[];
  readonly notes: string[];
}

/** Decode a whole file that comes in chunks of `chunkBytes`. */
export function decode(format: RecordFormat, file: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): Decoded {
  const decoded: Decoded = { rows: [], drops: [], notes: [] };
  const decoder = format.open({
    row: (record, cells) =>
      decoded.rows.push({
        record,
        ...Object.fromEntries(format.fields.map((field, at) => [field, cells[at] ?? null])),
      }),
    drop: (reason, record) => decoded.drops.push([record, reason]),
    note: (text) => decoded.notes.push(text),
  });
  const bytes = Buffer.from(file);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A copy that is overwritten afterwards, as a reader of files may do with its buffers.
    const chunk = Buffer.from(bytes.subarray(at, Math.min(bytes.length, at + chunkBytes)));
    decoder.push(chunk);
    chunk.fill("{");
  }
  decoder.finish();
  return decoded;
}

/** One document a line. */
export function lines(...documents: readonly object[]): string {
  return documents.map((document) => `${JSON.stringify(document)}\n`).join("");
}
