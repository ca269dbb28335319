import { type ErrorCode, errorTable } from "./error-table.js";

// The ceilings of `ErrorDocument` in policies/wire, which imports this folder and so cannot be imported here.
const MAX_MESSAGE_CHARACTERS = 4000;
const MAX_PLACE_CHARACTERS = 300;
const MAX_DETAILS = 200;

/** One place in an input that is wrong: a JSON path, or `file:line:column`. Never carries a row value. */
export interface ErrorDetail {
  readonly at: string;
  readonly message: string;
}

/**
 * The one error class of the product. `code` is the contract (docs/errors/ has a page per code); `message` tells the
 * person who must act what happened and what to do, and never carries a row value.
 */
export class FlamencoError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, message: string, options: { details?: readonly ErrorDetail[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FlamencoError";
    this.code = code;
    this.details = options.details ?? [];
  }

  /** HTTP status that a service answers with. */
  get status(): number {
    return errorTable[this.code].status;
  }

  /** The `ErrorDocument` of `policies/wire`, cut to its ceilings: an answer that breaks its own schema helps nobody. */
  toDocument(): { code: ErrorCode; message: string; details: ErrorDetail[] } {
    return {
      code: this.code,
      message: this.message.slice(0, MAX_MESSAGE_CHARACTERS),
      details: this.details.slice(0, MAX_DETAILS).map(({ at, message }) => ({
        at: at.slice(0, MAX_PLACE_CHARACTERS),
        message: message.slice(0, MAX_MESSAGE_CHARACTERS),
      })),
    };
  }
}

/** True when `value` is a FlamencoError, of the given code if one is named. */
export function isFlamencoError(value: unknown, code?: ErrorCode): value is FlamencoError {
  return value instanceof FlamencoError && (code === undefined || value.code === code);
}
