/** `ENOENT` and the like of an error of the operating system; a plain word for anything else. */
export function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return "unknown reason";
}
