export type { DemoSummary, NodeSummary } from "./demo-summary.js";
export { type DemoOptions, runDemo } from "./run-demo.js";
