export { digestPipeline, parsePipeline } from "./pipeline-file.js";
