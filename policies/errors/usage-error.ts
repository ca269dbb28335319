import { FlamencoError } from "./flamenco-error.js";

/**
 * What Commander says of a wrong command line, as an error of ours: with `--json` that too is answered as a document.
 * @param thrown Commander's error, or whatever has its code and its message
 */
export function usageErrorOf(thrown: { readonly code: string; readonly message: string }): FlamencoError {
  const text = thrown.message.trim().replace(/^error: /, "");
  const message = thrown.code === "commander.help" || text === "" ? "Name a command; --help lists them." : text;
  return new FlamencoError("FLM_USAGE", message, { cause: thrown });
}
