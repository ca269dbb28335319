/** How an LF may use a field. */
export type FieldAccess =
  /** Values mean the same everywhere (ports, protocol numbers, TCP flags): literals are fine. */
  | "universal"
  /** Values depend on the network: compare with statistics, not with literals. */
  | "ordinary"
  /** Identifies people or parts of a network: readable only where policy grants it. */
  | "private";

export type FieldType = "number" | "integer" | "category" | "boolean";

/** Every unit that fields of the kinds of this version have. */
export const fieldUnits = Object.freeze({
  "": "a pure number, a name, or true and false",
  s: "seconds",
  ms: "milliseconds",
  B: "bytes",
  B2: "square bytes, of a variance",
  packets: "packets",
  "1/s": "packets a second",
  "B/s": "bytes a second",
  "bit/s": "bits a second",
});
export type FieldUnit = keyof typeof fieldUnits;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** One of `fieldUnits` in a kind of this version; whatever its author wrote in a local kind. */
  readonly unit: string;
  readonly access: FieldAccess;
  readonly meaning: string;
  /** Inclusive bounds of a number; what lies outside is out of range. Absent where there is none. */
  readonly min?: number;
  readonly max?: number;
}

export interface Kind {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
}

interface FieldOptions {
  readonly access?: FieldAccess;
  readonly min?: number;
  readonly max?: number;
}

function defineField(
  name: string,
  type: FieldType,
  unit: FieldUnit,
  meaning: string,
  { access = "ordinary", ...bounds }: FieldOptions,
): Field {
  return Object.freeze({ name, type, unit, access, meaning, ...bounds });
}

/** A real number; from 0 up unless the options say otherwise. */
export function numberField(name: string, unit: FieldUnit, meaning: string, options: FieldOptions = {}): Field {
  return defineField(name, "number", unit, meaning, { min: 0, ...options });
}

/** A whole number; from 0 up unless the options say otherwise. */
export function integerField(name: string, unit: FieldUnit, meaning: string, options: FieldOptions = {}): Field {
  return defineField(name, "integer", unit, meaning, { min: 0, ...options });
}

/** A name: compared for equality only, without statistics. */
export function categoryField(name: string, meaning: string, access: FieldAccess): Field {
  return defineField(name, "category", "", meaning, { access });
}

export function booleanField(name: string, meaning: string): Field {
  return defineField(name, "boolean", "", meaning, {});
}

/** Last millisecond of the year 9999, the last that an ISO-8601 date of four digits can say. */
const LAST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A point in time, in milliseconds since 1970-01-01 UTC. */
export function timeField(name: string, what: string): Field {
  return numberField(name, "ms", `${what}, milliseconds since 1970-01-01 UTC`, { max: LAST_TIME_MS });
}

/** Whether values of a field are points in time, as `timeField` makes them. */
export function isTimeField({ unit, max }: Field): boolean {
  return unit === "ms" && max === LAST_TIME_MS;
}

/** Freeze a kind and the order of its fields. */
export function defineKind(name: string, title: string, fields: readonly Field[]): Kind {
  return Object.freeze({ name, title, fields: Object.freeze([...fields]) });
}
