export { type DatasetLock, lockDataset } from "./dataset-lock.js";
export { datasetFolder } from "./dataset-paths.js";
export { type DatasetVersion, listDatasets, listVersions, openCurrentVersion, openVersion } from "./dataset-store.js";
export { digestFile, guardDiskFull, isDiskFull, syncPath, writeDurably } from "./durable-files.js";
export { partitionFile, type Staging, type StagingOptions, withStaging } from "./publication.js";
export { type DropConsent, dropDataset, dropVersion } from "./removal.js";
