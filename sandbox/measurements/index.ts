export { atlasFormat } from "./atlas-format.js";
export { type DocumentSink, JsonSplitter } from "./json-splitter.js";
export { measurementLimits } from "./limits.js";
export { scamperFormat } from "./scamper-format.js";
