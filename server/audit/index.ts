export { AuditLog, type AuditLogOptions } from "./audit-log.js";
export { type LogFiles, openLogFiles } from "./log-files.js";
export { type Divergence, describeDivergence, type ReplayedLog, type ReplayOptions, replayLog } from "./log-replay.js";
