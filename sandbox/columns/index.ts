export { type ColumnChunk, ColumnReader, type ColumnRequest } from "./column-reader.js";
export { type ContributionRequest, type ContributionUnit, chooseContributions } from "./contributions.js";
export { type DatasetVersion, openDatasetVersion, readSegmentStatistics } from "./dataset-version.js";
export { type ParquetRequest, writeParquet } from "./parquet-writer.js";
