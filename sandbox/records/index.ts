export { canonicalLine } from "./canonical-line.js";
export { type InputDigest, readInput, sizeOfInput } from "./input-file.js";
export { recordLimits } from "./limits.js";
export {
  type Cell,
  type RecordDecoder,
  type RecordDropReason,
  type RecordFormat,
  type RecordSink,
  recordDropReasons,
} from "./record-format.js";
