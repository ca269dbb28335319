export { pipelineFileLimits } from "./limits.js";
export { digestPipeline, parsePipeline } from "./pipeline-file.js";
