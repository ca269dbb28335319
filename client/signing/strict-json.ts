import { FlamencoError } from "@flamenco/policies/errors";

/** One JSON token: punctuation, a string, or a run of anything else that is not blank. */
const TOKEN = /[{}[\]:,]|"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+/gsu;

/**
 * As `JSON.parse`, but an object with the same key twice is refused: readers disagree on which of the two counts, so a
 * person who reviews the file and a machine that reads it could see different packages.
 * @throws FLM_SCHEMA, naming the key or the place that is not JSON.
 */
export function parseStrictJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? `: ${cause.message}` : "";
    throw new FlamencoError("FLM_SCHEMA", `${what} is not valid JSON${reason}.`, { cause });
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `${what} holds the key ${JSON.stringify(repeated)} twice in one object.`);
  }
  return value;
}

/** Text is known to be valid JSON, so a string right before a colon is a key of the innermost object. */
function findRepeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let previous = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: string = JSON.parse(previous);
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    previous = token;
  }
  return undefined;
}
