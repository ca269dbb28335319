import { type ErrorCode, errorTable, FlamencoError } from "@flamenco/policies/errors";

/** Everything that a sealed worker can say of why it failed. */
const failureCodes: ReadonlySet<string> = new Set<ErrorCode>([
  "FLM_SCHEMA",
  "FLM_TOO_LARGE",
  "FLM_LF_REFUSED",
  "FLM_PACKAGE_FORMAT",
  "FLM_FIELD_MISSING",
  "FLM_DATASET_KIND",
  "FLM_DATASET_CORRUPT",
  "FLM_KERNEL_FAILED",
  "FLM_LABEL_MODEL",
  "FLM_TOO_FEW_VALUES",
  "FLM_LEARN_CONSTANT",
  "FLM_LEARN_DIVERGED",
  "FLM_LEARN_FEW_ROWS",
  "FLM_LEARN_FOLD",
  "FLM_LEARN_MISSING",
  "FLM_LEARN_ONE_CLASS",
  "FLM_OUTPUT_UNPROTECTED",
  "FLM_WORKER_ENGINE",
  "FLM_WORKER_MEMORY",
  "FLM_INTERNAL",
]);

/**
 * The failure that a worker reports, as its supervisor passes it on: one of a closed list of codes, with the meaning that the
 * table gives it. Text and details of the worker are dropped: one that was taken over could put a row into them.
 */
export function failureOf(code: string): FlamencoError {
  if (!failureCodes.has(code)) {
    return new FlamencoError("FLM_WORKER_PROTOCOL", "The sealed worker failed with a code that workers do not have.");
  }
  return new FlamencoError(code as ErrorCode, errorTable[code as ErrorCode].meaning);
}
