export { counted } from "./counted.js";
export { type ErrorCode, type ErrorEntry, errorTable, isErrorCode } from "./error-table.js";
export { type ErrorDetail, FlamencoError, isFlamencoError } from "./flamenco-error.js";
export { usageErrorOf } from "./usage-error.js";
