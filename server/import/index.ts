export { registerDatasetCommands } from "./commands/index.js";
export { type Converter, findConverter, openConverted } from "./converters.js";
export type { MappingRow } from "./dialects/index.js";
export { importDataset } from "./import-dataset.js";
export type { ImportProgress, ImportRequest, ImportResult } from "./import-request.js";
export { type LabelMap, parseLabelMap } from "./label-map.js";
export { barRows, drawSparkline, histogramOfValues, type ValueHistogram } from "./value-histogram.js";
