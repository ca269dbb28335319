export { FILTER_DESCRIPTOR } from "./bubblewrap.js";
export { buildCallFilter } from "./call-filter.js";
export { prepareCommand, type WorkerCommand, type WorkerLimits } from "./command.js";
export { type Engine, findEngine } from "./engine.js";
export {
  launchCounting,
  launchWorker,
  type WorkerHandle,
  type WorkerLaunch,
  type WorkerResult,
} from "./launch-worker.js";
export { type MessageLimits, MessageReader } from "./message-reader.js";
export { type WorkerProgram, workerProgram } from "./program.js";
export { cloneCalls, deniedCalls } from "./system-calls.js";
export { sendFilter } from "./wall-probe.js";
export {
  defaultRequirement,
  describeWalls,
  missingWalls,
  type Wall,
  type WallRequirement,
  wallRequirements,
} from "./walls.js";
