export { Bootstrap } from "./bootstrap.js";
export { injectNoise, type NoisySeries } from "./noise-injection.js";
export { writeReport } from "./report-markdown.js";
export { formatCell } from "./report-text.js";
export { differenceOf, f1Of, macroF1, meanF1OverUnits, type RowScore, type ScoredRows } from "./row-scores.js";
export { runStudy } from "./run-study.js";
export type { StudyInput, StudyLfs, StudyTable } from "./study-input.js";
export { type Interval, type StudyName, type StudyReport, studyNames } from "./study-report.js";
