import { type ErrorCode, errorTable, FlamencoError, isFlamencoError } from "@flamenco/policies/errors";

/** Refusals that follow from public things: the request, the rules, the ledger. */
const publicCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "FLM_ACCESS_DENIED",
  "FLM_BUDGET_EXHAUSTED",
  "FLM_RELEASE_INTERRUPTED",
]);

/**
 * How a protected run ended without a release, as it may leave the node: one of few codes, in the words of the table. Everything
 * that a worker can come to is one code: which one it was may depend on rows, and is in the node's log.
 */
export function coarsen(error: unknown): FlamencoError {
  const code = isFlamencoError(error) && publicCodes.has(error.code) ? error.code : "FLM_WORKER_CRASHED";
  return new FlamencoError(code, errorTable[code].meaning);
}
