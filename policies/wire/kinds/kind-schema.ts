import type { Field, FieldType, Kind } from "./field.js";

const jsonTypes: Readonly<Record<FieldType, string>> = Object.freeze({
  number: "number",
  integer: "integer",
  category: "string",
  boolean: "boolean",
});

function fieldSchema({ type, unit, access, meaning, min, max }: Field): Record<string, unknown> {
  return {
    type: [jsonTypes[type], "null"],
    description: meaning,
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    ...(unit === "" ? {} : { "x-unit": unit }),
    "x-access": access,
  };
}

/**
 * JSON Schema (2020-12) of a row of a kind. Every field may be null, which is a missing value, or absent: a dataset says which
 * columns it has. `x-unit` and `x-access` carry what JSON Schema has no word for.
 */
export function kindJsonSchema(kind: Kind): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:flamenco:kind:${kind.name.replace("/", ":")}`,
    title: kind.name,
    description: kind.title,
    type: "object",
    properties: Object.fromEntries(kind.fields.map((field) => [field.name, fieldSchema(field)])),
    additionalProperties: false,
  };
}
