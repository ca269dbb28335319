import { FlamencoError } from "@flamenco/policies/errors";

/** The coded error for a write that the operating system refused. Nothing was acknowledged, so nothing is lost. */
export function writeError(cause: unknown): FlamencoError {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new FlamencoError("FLM_DISK_FULL", "The registry's disk is full; nothing was changed.", { cause });
  }
  return new FlamencoError("FLM_INTERNAL", "The registry could not write to its disk; nothing was acknowledged.", {
    cause,
  });
}
