import type { FlamencoError } from "@flamenco/policies/errors";
import { ErrorDocument, KeyId, Name, parseDocument } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { errorOf } from "../remote-error.js";

/** The one line that a service prints when it is ready, with `--json`. */
export const ReadyEvent = Type.Object({
  event: Type.Literal("ready"),
  url: Type.String({ maxLength: 2000 }),
  name: Name,
  keyId: KeyId,
});
export type ReadyEvent = Static<typeof ReadyEvent>;

/** The value of JSON text; undefined for anything else. */
export function parseJsonLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The ready event in a line, if it is one. */
export function readReadyEvent(line: string): ReadyEvent | undefined {
  const value = parseJsonLine(line);
  const isReady = typeof value === "object" && value !== null && "event" in value && value.event === "ready";
  return isReady ? parseDocument(ReadyEvent, value, "ready event") : undefined;
}

/** The error that a program answered with `--json`: the document itself, or an event that holds it. */
export function readFailure(lines: readonly string[]): FlamencoError | undefined {
  for (const text of [lines.join("\n"), ...lines.toReversed()]) {
    const value = parseJsonLine(text);
    if (typeof value !== "object" || value === null) continue;
    const candidate = "error" in value ? value.error : value;
    try {
      return errorOf(parseDocument(ErrorDocument, candidate, "error document"));
    } catch {
      // Not an error document; look at the line before.
    }
  }
  return undefined;
}
