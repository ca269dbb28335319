import { type ErrorCode, FlamencoError, isErrorCode } from "@flamenco/policies/errors";
import type { ErrorDocument } from "@flamenco/policies/wire";

/** The error that a document from another machine describes; a code of a newer version is kept in the message. */
export function errorOf(document: ErrorDocument): FlamencoError {
  const known = isErrorCode(document.code);
  const code: ErrorCode = isErrorCode(document.code) ? document.code : "FLM_REGISTRY_ANSWER";
  const message = known ? document.message : `${document.code}: ${document.message}`;
  return new FlamencoError(code, message, { details: document.details });
}
