import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { FlamencoError } from "../errors/index.js";

const MAX_DETAILS = 20;
/** Ceiling of `at` in an `ErrorDocument`; a path holds property names that the sender chose. */
const MAX_PATH_CHARACTERS = 300;
const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  let check = checks.get(schema);
  if (check === undefined) {
    check = TypeCompiler.Compile(schema);
    checks.set(schema, check);
  }
  return check;
}

/**
 * Narrow `value` to the type of `schema`, once, where it enters. Trusted afterwards.
 * @param what names the document in the message, for example "study".
 * @throws FLM_SCHEMA listing every wrong path (at most 20), never a value.
 */
export function parseDocument<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  const check = checkOf(schema);
  if (check.Check(value)) return value as Static<T>;
  const details: { at: string; message: string }[] = [];
  for (const error of check.Errors(value)) {
    if (details.length >= MAX_DETAILS) break;
    details.push({ at: error.path === "" ? "/" : error.path.slice(0, MAX_PATH_CHARACTERS), message: error.message });
  }
  const first = details[0];
  throw new FlamencoError(
    "FLM_SCHEMA",
    `The ${what} does not match its schema${first ? `: ${first.at}: ${first.message}` : ""}${details.length > 1 ? ` (and ${details.length - 1} more)` : ""}.`,
    { details },
  );
}
