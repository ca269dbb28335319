export { writeReport } from "./report-markdown.js";
export { formatCell } from "./report-text.js";
export { runStudy } from "./run-study.js";
export type { StudyInput, StudyLfs, StudyTable } from "./study-input.js";
export { type StudyName, type StudyReport, studyNames } from "./study-report.js";
