export { type DatasetLock, lockDataset } from "./dataset-lock.js";
export { datasetFolder } from "./dataset-paths.js";
export { type DatasetVersion, listDatasets, listVersions, openCurrentVersion, openVersion } from "./dataset-store.js";
export { digestFile, guardDiskFull, isDiskFull } from "./durable-files.js";
export { partitionFile, type Staging, withStaging } from "./publication.js";
export { type DropConsent, dropDataset, dropVersion } from "./removal.js";
