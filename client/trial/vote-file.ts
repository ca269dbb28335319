import { writeFile } from "node:fs/promises";
import type { VerifiedLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Table } from "./table.js";

/**
 * Votes as a CSV file that `flamenco label` reads: a column for each LF with the label that it voted for, `.` where it
 * abstained, and the author's own label as `y` where there are any. Nothing is overwritten.
 * @param votes `votes[row * lfs.length + lf]`, label index or -1
 * @throws FLM_FILE_EXISTS, FLM_FILE_UNREADABLE
 */
export async function writeVoteFile(
  path: string,
  lfs: readonly VerifiedLf[],
  labels: readonly string[],
  { rows, truth }: Table,
  votes: Int8Array,
): Promise<void> {
  // Names of LFs and labels are identifiers and names: no cell needs quotes.
  const word = (label: number | undefined, none: string) => labels[label ?? -1] ?? none;
  const lines = [[...lfs.map(({ name }) => name), ...(truth === undefined ? [] : ["y"])].join(",")];
  for (let row = 0; row < rows; row += 1) {
    const cells = lfs.map((_, lf) => word(votes[row * lfs.length + lf], "."));
    if (truth !== undefined) cells.push(word(truth[row], ""));
    lines.push(cells.join(","));
  }
  try {
    await writeFile(path, `${lines.join("\n")}\n`, { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
      throw new FlamencoError("FLM_FILE_EXISTS", `${path} exists; it is not overwritten.`, { cause });
    }
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} cannot be written.`, { cause });
  }
}
