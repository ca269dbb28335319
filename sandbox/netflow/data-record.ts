import type { Exporter } from "./exporter.js";
import { type FieldValue, fieldValue } from "./field-value.js";
import type { MessageHeader } from "./message-header.js";
import type { Template } from "./template.js";

/** One record of an export message, lent for the time of a call: the bytes and where its fields stand in them. */
export interface DataRecord {
  readonly header: MessageHeader;
  readonly exporter: Exporter;
  readonly template: Template;
  readonly bytes: Buffer;
  /** Offset of each of the template's fields in `bytes`. */
  readonly offsets: Uint32Array;
  /** Octets of each of the template's fields. */
  readonly lengths: Uint16Array;
}

/**
 * Values of a record by the names of their elements, padding left out. An element that a record has twice has a list.
 */
export function valuesOf(record: DataRecord): Record<string, FieldValue | FieldValue[]> {
  const values: Record<string, FieldValue | FieldValue[]> = {};
  record.template.fields.forEach(({ element }, index) => {
    if (element.name === "paddingOctets") return;
    const value = fieldValue(element.type, record.bytes, record.offsets[index]!, record.lengths[index]!);
    const earlier = values[element.name];
    if (earlier === undefined) values[element.name] = value;
    else values[element.name] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  });
  return values;
}
