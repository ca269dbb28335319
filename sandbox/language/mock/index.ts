export { columnStatistics } from "./column-statistics.js";
export { type MockOptions, mockRows } from "./mock-rows.js";
