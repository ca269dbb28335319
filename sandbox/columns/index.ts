export { type Column, type ColumnRequest, type LoadedColumns, readColumns } from "./column-reader.js";
export { type DatasetVersion, openDatasetVersion } from "./dataset-version.js";
