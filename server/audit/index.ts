export { AuditLog, type AuditLogOptions } from "./audit-log.js";
export { exportLog } from "./export-log.js";
export { RecomputedLedger } from "./ledger-check.js";
export { LedgerTables, readLedger, type SpentAccount } from "./ledger-tables.js";
export { type LogFiles, openLogFiles } from "./log-files.js";
export { type Divergence, describeDivergence, type ReplayedLog, type ReplayOptions, replayLog } from "./log-replay.js";
export { readLines } from "./record-lines.js";
export { recordRelease } from "./release-record.js";
export { describeDataset, recordStart } from "./start-records.js";
