import { isFlamencoError } from "@flamenco/policies/errors";
import type { ErrorDocument } from "@flamenco/policies/wire";

const cut = (text: string, maximum: number): string =>
  text.length <= maximum ? text : `${text.slice(0, maximum - 1)}…`;

/**
 * An error as it may leave the node. Only coded errors speak: the text of any other could hold anything, so that it
 * becomes FLM_INTERNAL without it.
 */
export function errorDocumentOf(error: unknown): ErrorDocument {
  if (!isFlamencoError(error)) {
    return {
      code: "FLM_INTERNAL",
      message: "Something failed on the node that should not fail; its log says more.",
      details: [],
    };
  }
  return {
    code: error.code,
    message: cut(error.message, 4_000),
    details: error.details.slice(0, 50).map(({ at, message }) => ({ at: cut(at, 300), message: cut(message, 1_000) })),
  };
}
