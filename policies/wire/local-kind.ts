import { type Static, Type } from "@sinclair/typebox";
import { FlamencoError } from "../errors/index.js";
import { type Field, fieldOf, type Kind, kinds } from "./kinds/index.js";
import { KindName } from "./package.js";
import { parseDocument } from "./parse.js";
import { closed, Identifier, Name, oneOf, Text } from "./primitives.js";

/** The one kind that is not among the kinds of this version: rows of somebody's own numeric table. */
export const localKindName = "table/1";

/**
 * `kind.json` beside the sources that `lf generate` wrote: which columns of a table its fields are, and what the cells of the
 * label column mean. Never published. The fields define the kind `table/1`, which registry and nodes do not know; those of
 * another kind are its own.
 */
export const LocalKind = Type.Object(
  {
    schema: Type.Literal("flamenco-local-kind/1"),
    name: KindName,
    title: Text(500),
    fields: Type.Array(
      Type.Object(
        {
          name: Identifier,
          /** Heading of the column in the table. */
          column: Text(1000),
          type: oneOf(["number", "integer"] as const),
          unit: Text(16),
          access: oneOf(["ordinary", "universal"] as const),
          meaning: Text(500),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
    /** What the cells of the label column mean. */
    labels: Type.Array(Type.Object({ cell: Text(200), label: Name }, closed), { maxItems: 8 }),
  },
  closed,
);
export type LocalKind = Static<typeof LocalKind>;

/**
 * Read a local kind.
 * @throws FLM_SCHEMA, also for a field or column that is there twice
 */
export function openLocalKind(document: unknown): { readonly local: LocalKind; readonly kind: Kind } {
  const local = parseDocument(LocalKind, document, "local kind");
  for (const what of ["name", "column"] as const) {
    if (new Set(local.fields.map((field) => field[what])).size < local.fields.length) {
      throw new FlamencoError("FLM_SCHEMA", `The local kind has a field ${what} twice.`);
    }
  }
  if (local.name !== localKindName) {
    const kind = kinds.get(local.name);
    if (kind === undefined || local.fields.some(({ name }) => fieldOf(kind, name) === undefined)) {
      throw new FlamencoError("FLM_SCHEMA", "The local kind names a kind or fields that this version does not know.");
    }
    return { local, kind };
  }
  const fields = local.fields.map(({ column: _, ...field }): Field => Object.freeze(field));
  return { local, kind: Object.freeze({ name: local.name, title: local.title, fields: Object.freeze(fields) }) };
}
