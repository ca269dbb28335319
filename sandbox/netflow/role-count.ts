import type { DataRecord } from "./data-record.js";
import { readCount } from "./field-value.js";
import type { FlowRole } from "./flow-plan.js";

/** The number that a record has for a role; null where it has none. */
export function countOf({ template, bytes, offsets, lengths }: DataRecord, role: FlowRole): number | null {
  const index = template.plan?.fields[role] ?? -1;
  return index === -1 ? null : readCount(bytes, offsets[index]!, lengths[index]!);
}
