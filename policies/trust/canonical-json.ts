import canonicalizeModule from "canonicalize";
import { FlamencoError } from "../errors/index.js";

// The package is CommonJS with a default export; NodeNext types it as a namespace.
const serialize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** JSON escapes a surrogate only when it stands alone; an escaped backslash before `ud800` is plain text. */
const loneSurrogate = /(?:^|[^\\])(?:\\\\)*\\ud[89a-f]/;

/**
 * RFC 8785 canonical form of a JSON value.
 * @throws FLM_NOT_CANONICAL for values that I-JSON cannot carry: NaN, infinities, undefined at the top, text with a
 *   surrogate that stands alone (section 3.2.2.2).
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = serialize(value);
  } catch (cause) {
    throw new FlamencoError("FLM_NOT_CANONICAL", "The value cannot be written as JSON.", { cause });
  }
  if (text === undefined) throw new FlamencoError("FLM_NOT_CANONICAL", "The value cannot be written as JSON.");
  if (loneSurrogate.test(text))
    throw new FlamencoError("FLM_NOT_CANONICAL", "The value holds text that is not Unicode.");
  return text;
}

/**
 * Parse text that must already be canonical. Duplicate keys, odd spacing, lone surrogates and unusual numerals are all
 * refused by one comparison: whatever is not its own canonical form is not what was signed.
 * @throws FLM_NOT_CANONICAL
 */
export function parseCanonicalJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_NOT_CANONICAL", "The signed payload is not JSON.", { cause });
  }
  if (canonicalJson(value) !== text) {
    throw new FlamencoError("FLM_NOT_CANONICAL", "The signed payload is not in canonical form (RFC 8785).");
  }
  return value;
}
