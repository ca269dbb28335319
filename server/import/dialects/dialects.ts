import { FlamencoError } from "@flamenco/policies/errors";
import { cicDialect } from "./cic-dialect.js";
import type { Dialect } from "./dialect.js";

/** Every dialect that can be imported. */
export const dialects: readonly Dialect[] = Object.freeze([cicDialect]);

/** Names that `--dialect` takes. */
export const dialectNames: readonly string[] = Object.freeze(["auto", ...dialects.map(({ name }) => name)]);

/**
 * The dialects that a `--dialect` value stands for: one, or all of them for `auto`.
 * @throws FLM_USAGE
 */
export function dialectsNamed(name: string): readonly Dialect[] {
  if (name === "auto") return dialects;
  const dialect = dialects.find((candidate) => candidate.name === name);
  if (dialect === undefined) {
    throw new FlamencoError(
      "FLM_USAGE",
      `There is no dialect ${JSON.stringify(name)}. Known: ${dialectNames.join(", ")}.`,
    );
  }
  return [dialect];
}
