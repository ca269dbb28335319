import { FlamencoError } from "../../errors/index.js";
import type { Field, Kind } from "./field.js";
import { flowKind } from "./flow.js";
import { mosaicKind } from "./mosaic.js";
import { rttKind } from "./rtt.js";

export {
  type Field,
  type FieldAccess,
  type FieldType,
  type FieldUnit,
  fieldUnits,
  isTimeField,
  type Kind,
} from "./field.js";
export { kindJsonSchema } from "./kind-schema.js";
export { rttWindowSamples } from "./rtt.js";

/** Every kind that this version knows, by name. `mosaic/1` extends `flow/1`. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  [flowKind, rttKind, mosaicKind].map((kind) => [kind.name, kind]),
);

/** @throws FLM_SCHEMA for a kind that this version does not know. */
export function kindOf(name: string): Kind {
  const kind = kinds.get(name);
  if (kind === undefined) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `Unknown kind ${JSON.stringify(name)}; known: ${[...kinds.keys()].join(", ")}.`,
    );
  }
  return kind;
}

/** The field of a kind, or undefined. */
export function fieldOf(kind: Kind, name: string): Field | undefined {
  return kind.fields.find((candidate) => candidate.name === name);
}
