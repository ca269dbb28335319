import { type ErrorCode, errorTable } from "./error-table.js";

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

  /** The `error` document of `policies/wire`. */
  toDocument(): { code: ErrorCode; message: string; details: ErrorDetail[] } {
    return { code: this.code, message: this.message, details: [...this.details] };
  }
}

/** True when `value` is a FlamencoError, of the given code if one is named. */
export function isFlamencoError(value: unknown, code?: ErrorCode): value is FlamencoError {
  return value instanceof FlamencoError && (code === undefined || value.code === code);
}
