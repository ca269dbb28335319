import { FlamencoError } from "@flamenco/policies/errors";
import { type FeatureTable, readFeatureTable } from "../../synthesis/index.js";
import { readTable } from "../table-file.js";
import { toLine } from "../text-table.js";
import type { SearchOptions } from "./lf-search-options.js";

/** Read the table that is searched. Errors name the file. */
export async function readSearchTable(path: string, options: SearchOptions): Promise<FeatureTable> {
  const table = await readTable(path);
  const list = (text: string | undefined) => text?.split(",").map((part) => part.trim());
  try {
    return readFeatureTable(table, {
      label: { column: options.label, taskId: options.task, labels: list(options.labels), positive: options.positive },
      split: options.split,
      features: list(options.features),
    });
  } catch (cause) {
    if (!(cause instanceof FlamencoError) || cause.code === "FLM_USAGE") throw cause;
    throw new FlamencoError(cause.code, `${toLine(path)}: ${cause.message}`, { cause, details: cause.details });
  }
}
