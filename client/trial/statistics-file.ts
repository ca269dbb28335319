import { FlamencoError } from "@flamenco/policies/errors";
import { DatasetStatistics, type Kind, parseDocument } from "@flamenco/policies/wire";
import { parseStrictJson } from "../signing/index.js";
import { readSmallFile } from "./csv-file.js";
import { trialLimits } from "./limits.js";

/**
 * Statistics of a dataset from a file: a catalog `{ "bytes": { "count": …, "mean": …, … }, … }`, or a document that holds
 * one as `statistics`, such as a dataset's manifest.
 * @throws FLM_SCHEMA, FLM_FILE_UNREADABLE, FLM_TOO_LARGE
 */
export async function readStatistics(path: string, kind: Kind): Promise<DatasetStatistics> {
  const document = parseStrictJson(await readSmallFile(path, trialLimits.statisticsBytes), path);
  const statistics = parseDocument(DatasetStatistics, catalogOf(document), `statistics of ${path}`);
  if (!kind.fields.some(({ name }) => Object.hasOwn(statistics, name))) {
    throw new FlamencoError("FLM_SCHEMA", `${path} has no statistics of any field of ${kind.name}.`);
  }
  return statistics;
}

function catalogOf(document: unknown): unknown {
  const holds = typeof document === "object" && document !== null && Object.hasOwn(document, "statistics");
  return holds && "statistics" in document ? document.statistics : document;
}
