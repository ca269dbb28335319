export { delegate } from "./delegation.js";
export { type KeptService, keepService } from "./kept-service.js";
export { type ChildOptions, ProcessSupervisor } from "./process-supervisor.js";
export { findProgram, type ServiceProgram } from "./program-lookup.js";
