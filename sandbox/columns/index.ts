export { type ColumnChunk, ColumnReader, type ColumnRequest } from "./column-reader.js";
export { type DatasetVersion, openDatasetVersion } from "./dataset-version.js";
