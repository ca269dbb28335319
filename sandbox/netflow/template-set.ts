import { elementOf } from "./elements.js";
import { netflowLimits } from "./limits.js";
import { makeTemplate, type Template, type TemplateField } from "./template.js";

/** Ids below are those of sets that hold templates, or reserved. */
export const FIRST_DATA_SET = 256;
const ENTERPRISE_BIT = 0x8000;
const SCOPE_NAMES = ["", "System", "Interface", "LineCard", "Cache", "Template"];

/** What a set of templates does to an exporter's templates. */
export interface TemplateSink {
  define(template: Template): void;
  /** @param id of the template; null withdraws all of the set's sort (RFC 7011, section 8.1). */
  withdraw(id: number | null, isOptions: boolean): void;
  /** What is wrong, with the offset of the template; nothing of the set behind it is read. */
  refuse(why: string, at: number): void;
}

/** Reads the templates from `at` to `end`: one set without its header. Padding at the end is left alone. */
export function readTemplateSet(
  bytes: Buffer,
  at: number,
  end: number,
  version: number,
  isOptions: boolean,
  sink: TemplateSink,
): void {
  let next = at;
  while (end - next >= 4) {
    const id = bytes.readUInt16BE(next);
    const count = bytes.readUInt16BE(next + 2);
    if (id === 0 && count === 0) return;
    if (version === 10 && count === 0) {
      sink.withdraw(id < FIRST_DATA_SET ? null : id, isOptions);
      next += 4;
      continue;
    }
    const read = readTemplate(bytes, next, end, version, isOptions);
    if (typeof read === "string") {
      sink.refuse(read, next);
      return;
    }
    sink.define(read.template);
    next = read.next;
  }
}

/** @returns the template and the offset behind it, or what is wrong with it. */
function readTemplate(
  bytes: Buffer,
  at: number,
  end: number,
  version: number,
  isOptions: boolean,
): { readonly template: Template; readonly next: number } | string {
  const id = bytes.readUInt16BE(at);
  const headerBytes = isOptions ? 6 : 4;
  if (id < FIRST_DATA_SET) return `a template has the id ${id}; templates begin at ${FIRST_DATA_SET}`;
  if (end - at < headerBytes) return `template ${id} is cut off`;
  const counts =
    isOptions && version === 9 ? netflow9Options(bytes, at) : { fields: bytes.readUInt16BE(at + 2), scopes: 0 };
  if (typeof counts === "string") return counts;
  if (counts.fields > netflowLimits.fieldsOfTemplate) {
    return `template ${id} has ${counts.fields} fields; at most ${netflowLimits.fieldsOfTemplate} are read`;
  }
  const fields: TemplateField[] = [];
  const next = readFields(bytes, at + headerBytes, end, version, counts, fields);
  if (next === null) return `template ${id} says ${counts.fields} fields, more than its set holds`;
  const template = makeTemplate(id, isOptions, fields);
  if (template.minimumBytes === 0) return `template ${id} has records of no octets`;
  if (template.minimumBytes > netflowLimits.messageBytes)
    return `template ${id} has records longer than a message can be`;
  return { template, next };
}

interface FieldCounts {
  readonly fields: number;
  /** Of these, scopes of NetFlow v9, which have numbers of their own. */
  readonly scopes: number;
}

/** NetFlow v9 counts octets of field specifiers, not fields (RFC 3954, section 6.1). */
function netflow9Options(bytes: Buffer, at: number): FieldCounts | string {
  const scopeBytes = bytes.readUInt16BE(at + 2);
  const optionBytes = bytes.readUInt16BE(at + 4);
  if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0)
    return "an options template's lengths are not those of whole fields";
  return { fields: (scopeBytes + optionBytes) / 4, scopes: scopeBytes / 4 };
}

/** @returns offset behind the last field; null when the set ends before. */
function readFields(
  bytes: Buffer,
  at: number,
  end: number,
  version: number,
  { fields, scopes }: FieldCounts,
  into: TemplateField[],
): number | null {
  let next = at;
  for (let index = 0; index < fields; index += 1) {
    if (end - next < 4) return null;
    const code = bytes.readUInt16BE(next);
    const length = bytes.readUInt16BE(next + 2);
    next += 4;
    if (version !== 10 || (code & ENTERPRISE_BIT) === 0) {
      into.push({ element: index < scopes ? scopeElement(code) : elementOf(0, code, version), length });
      continue;
    }
    if (end - next < 4) return null;
    into.push({ element: elementOf(bytes.readUInt32BE(next), code & ~ENTERPRISE_BIT, version), length });
    next += 4;
  }
  return next;
}

/** Scope field types of RFC 3954, section 6.1: what of the exporter a statement is about. */
function scopeElement(id: number) {
  const name = `scope${SCOPE_NAMES[id] || id}`;
  return Object.freeze({ enterprise: 0, id, name, type: "unsigned", unit: "" } as const);
}
