export { CASES_FILE, type CaseResult, readCases, runCases } from "./cases.js";
export { readSmallFile } from "./csv-file.js";
export { readCsvTable } from "./csv-table.js";
export { trialLimits } from "./limits.js";
export { mockTable } from "./mock-table.js";
export { readStatistics } from "./statistics-file.js";
export type { Table } from "./table.js";
export { writeVoteFile } from "./vote-file.js";
export { type LfTrial, runTrial, type Trial } from "./voting.js";
