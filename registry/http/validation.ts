import { parseDocument } from "@flamenco/policies/wire";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { FastifySchemaCompiler } from "fastify";

const names: Readonly<Record<string, string>> = Object.freeze({
  body: "request body",
  querystring: "query",
  params: "address",
});

/**
 * Validate parts of a request by TypeBox, as everything else is. Nothing is removed or filled in; text of addresses and
 * queries becomes numbers where the schema has numbers.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> =
  ({ schema, httpPart }) =>
  (input: unknown) => {
    const value = httpPart === "body" ? input : Value.Convert(schema, input);
    try {
      return { value: parseDocument(schema, value, names[httpPart ?? ""] ?? "request") };
    } catch (error) {
      return { error: error as Error };
    }
  };
