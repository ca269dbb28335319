import { writeFile } from "node:fs/promises";
import { FlamencoError } from "@flamenco/policies/errors";
import { toLine } from "../text-table.js";

/** Write a plot; one that is there is drawn anew. @throws FLM_FILE_UNREADABLE */
export async function writePlot(path: string, svg: string): Promise<void> {
  try {
    await writeFile(path, svg);
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be written.`, { cause });
  }
}
