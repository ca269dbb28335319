import { type ErrorDetail, errorTable, FlamencoError } from "@flamenco/policies/errors";
import { toBlock, toLine } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** Any error as one with a code. The text of an unexpected one is kept: on the author's own machine it helps. */
export function toFlamencoError(error: unknown): FlamencoError {
  if (error instanceof FlamencoError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new FlamencoError("FLM_INTERNAL", message, { cause: error });
}

/** An error for a person: what happened, where, and what to do. Its text may come from another machine. */
export function renderError(terminal: Pick<Terminal, "colors">, error: FlamencoError): string {
  return [renderReason(terminal, error, "Error"), terminal.colors.dim(errorTable[error.code].remedy)].join("\n");
}

/** As `renderError`, without advice. */
export function renderReason({ colors }: Pick<Terminal, "colors">, error: FlamencoError, word: string): string {
  const heading = `${colors.red(word)} ${colors.dim(error.code)}: ${toBlock(error.message)}`;
  const details = error.details.filter(
    ({ at, message }) => !(error.message.includes(at) && error.message.includes(message)),
  );
  return [heading, ...details.map((detail) => renderDetail(detail, colors))].join("\n");
}

function renderDetail({ at, message }: ErrorDetail, colors: Terminal["colors"]): string {
  const [first = "", ...rest] = toBlock(message).split("\n");
  return [`  ${colors.yellow(toLine(at))}  ${first}`, ...rest.map((line) => `    ${line}`)].join("\n");
}
