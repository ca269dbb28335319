import { FlamencoError } from "@flamenco/policies/errors";
import { argusDialect } from "./argus-dialect.js";
import { cicDialect } from "./cic-dialect.js";
import { cicflowmeterPythonDialect } from "./cicflowmeter-python-dialect.js";
import type { Dialect } from "./dialect.js";
import { flamencoDialects } from "./flamenco-dialect.js";
import { nfdumpDialects } from "./nfdump-dialect.js";
import { nprobeDialect } from "./nprobe-dialect.js";
import { rttSeriesDialect } from "./rtt-series-dialect.js";
import { worfDialect } from "./worf-dialect.js";
import { zeekDialect } from "./zeek-dialect.js";

/** Every dialect that can be imported; several of one name are forms of one. Those that require no field come last. */
export const dialects: readonly Dialect[] = Object.freeze([
  cicDialect,
  cicflowmeterPythonDialect,
  ...nfdumpDialects,
  worfDialect,
  argusDialect,
  zeekDialect,
  nprobeDialect,
  rttSeriesDialect,
  ...flamencoDialects,
]);

/** Names that `--dialect` takes. */
export const dialectNames: readonly string[] = Object.freeze(["auto", ...new Set(dialects.map(({ name }) => name))]);

/**
 * The dialects that a `--dialect` value stands for: those of that name, or all of them for `auto`.
 * @throws FLM_USAGE
 */
export function dialectsNamed(name: string): readonly Dialect[] {
  if (name === "auto") return dialects;
  const named = dialects.filter((candidate) => candidate.name === name);
  if (named.length === 0) {
    throw new FlamencoError(
      "FLM_USAGE",
      `There is no dialect ${JSON.stringify(name)}. Known: ${dialectNames.join(", ")}.`,
    );
  }
  return named;
}
