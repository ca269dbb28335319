export { type DecisionPath, type DecisionStep, followDecision } from "./follow.js";
export { interpretLf } from "./interpreter.js";
