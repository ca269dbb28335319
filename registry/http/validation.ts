import { parseDocument } from "@flamenco/policies/wire";
import type { TObject, TSchema } from "@sinclair/typebox";
import type { FastifySchemaCompiler } from "fastify";

const names: Readonly<Record<string, string>> = Object.freeze({ querystring: "query", params: "address" });
const wholeNumber = /^(0|[1-9][0-9]{0,15})$/;

/**
 * Validate addresses and queries by TypeBox, as everything else is. Nothing is removed or filled in; bodies have no
 * schema here, because what is signed is opened by the code that knows what it should be.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> =
  ({ schema, httpPart }) =>
  (input: unknown) => {
    try {
      const value = readWholeNumbers(schema as TObject, input as Readonly<Record<string, unknown>>);
      return { value: parseDocument(schema, value, names[httpPart ?? ""] ?? "request") };
    } catch (error) {
      return { error: error as Error };
    }
  };

/**
 * Addresses and queries are text; where the schema has an integer, plain digits become one. Everything else stays as it
 * came and is refused by the schema: a general conversion would let `0.5` or `1e400` pass for some number.
 */
function readWholeNumbers(schema: TObject, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const isInteger = Object.hasOwn(schema.properties, name) && schema.properties[name]?.type === "integer";
      return [name, isInteger && typeof value === "string" && wholeNumber.test(value) ? Number(value) : value];
    }),
  );
}
