import { type Field, type Kind, kinds } from "@flamenco/policies/wire";
import { type Dialect, defineDialect, normalizeHeader } from "./dialect.js";
import { column } from "./numeric-columns.js";

/** An empty cell is a missing value. */
const missing = [""];
const timeFields = new Set(["startTimeMs", "timeMs"]);
/** nfdump names its columns as the kind names fields, and counts IP bytes in `bytes`. */
const nfdumpHeaders = ["firstseen", "proto"];

const headerOf = (field: Field) => normalizeHeader(field.name);
const headersOf = (kind: Kind | undefined) => (kind?.fields ?? []).map(headerOf);

function numericColumn(field: Field) {
  const integer = field.type === "integer";
  return column(field.name, [headerOf(field)], {
    missing,
    integer,
    ...(integer ? { max: Number.MAX_SAFE_INTEGER } : {}),
    ...(field.type === "boolean" ? { form: "boolean" as const, max: 1, integer: true } : {}),
    ...(field.min === undefined ? {} : { min: field.min }),
    ...(field.max === undefined ? {} : { max: field.max }),
  });
}

function dialectOf(kind: Kind, told: { anyOf: readonly string[]; noneOf: readonly string[] }): Dialect {
  const time = kind.fields.find(({ name }) => timeFields.has(name)) as Field;
  return defineDialect({
    name: "flamenco",
    title: `Fields of ${kind.name} by name, in its units`,
    kind: kind.name,
    delimiter: ",",
    numeric: kind.fields.filter((field) => field.type !== "category" && field !== time).map(numericColumn),
    text: kind.fields
      .filter(({ type }) => type === "category")
      .map((field) => ({ field: field.name, headers: [headerOf(field)] })),
    required: [],
    told,
    time: { field: time.name, headers: [headerOf(time)], forms: ["epoch-milliseconds"], missing },
    label: ["label"],
    identity: kind.fields.some(({ name }) => name === "connectionId") ? ["connectionid"] : [],
  });
}

const flow = headersOf(kinds.get("flow/1"));
const ofMosaicAlone = headersOf(kinds.get("mosaic/1")).filter((header) => !flow.includes(header));

/**
 * CSV whose header names fields of a kind, in the kind's units, an empty cell for a missing value: what decoders of other
 * formats write (`canonicalLine` of sandbox/records). One dialect a kind; the header says which.
 */
export const flamencoDialects: readonly Dialect[] = Object.freeze(
  [...kinds.values()].map((kind) => {
    if (kind.name === "flow/1") return dialectOf(kind, { anyOf: flow, noneOf: [...ofMosaicAlone, ...nfdumpHeaders] });
    if (kind.name === "mosaic/1") return dialectOf(kind, { anyOf: ofMosaicAlone, noneOf: nfdumpHeaders });
    return dialectOf(kind, { anyOf: headersOf(kind), noneOf: [] });
  }),
);
