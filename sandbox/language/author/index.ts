export { type PrivateLiteral, suggestStatistic } from "./suggest.js";
export { checkAuthorTypes, type TypeProblem } from "./type-check.js";
export { authorTypes } from "./types.js";
