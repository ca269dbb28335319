export { Backoff } from "./backoff.js";
export { Bell } from "./bell.js";
export { type DirectoryLock, lockDirectory } from "./directory-lock.js";
export { errorDocumentOf } from "./error-document.js";
export type { Log } from "./log.js";
export { pause } from "./pause.js";
export { drawTable, formatCount, formatNumber, toBlock, toLine } from "./text-table.js";
