export { Bell } from "./bell.js";
export { NodeDirectory } from "./node-directory.js";
export { StudyBoard } from "./study-board.js";
export type { Verdict } from "./verdict.js";
