export { AuditLog, type AuditLogOptions } from "./audit-log.js";
export { type LogFiles, openLogFiles } from "./log-files.js";
export { type Divergence, describeDivergence, type ReplayedLog, type ReplayOptions, replayLog } from "./log-replay.js";
export { recordRelease } from "./release-record.js";
export { describeDataset, recordStart } from "./start-records.js";
