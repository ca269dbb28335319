import { FlamencoError } from "@flamenco/policies/errors";
import { canonicalLine } from "../../records/index.js";
import { readTable } from "../table-file.js";
import { TableOutput } from "../table-output.js";
import { toLine } from "../text-table.js";

/** Soft labels of a file's rows. */
export interface RowSoftLabels {
  readonly labels: readonly string[];
  /** Probabilities of a row's labels; null where no LF votes. */
  readonly softLabelOf: (row: number) => ArrayLike<number> | null;
}

/**
 * Write a file of votes again with a column `p_LABEL` for each label behind its own: what `flamenco learn --soft` reads. Cells of rows
 * that have no soft label are empty.
 * @throws FLM_SCHEMA for a file that has such a column already, FLM_FILE_EXISTS, FLM_FILE_UNREADABLE, FLM_DISK_FULL
 */
export async function writeSoftLabels(
  votesPath: string,
  out: string,
  { labels, softLabelOf }: RowSoftLabels,
): Promise<void> {
  const { columns, rows } = await readTable(votesPath);
  const added = labels.map((label) => `p_${label}`);
  const taken = added.find((name) => columns.has(name));
  if (taken !== undefined)
    throw new FlamencoError("FLM_SCHEMA", `${toLine(votesPath)} has a column ${toLine(taken)} already.`);
  const output = await TableOutput.create(out);
  try {
    output.writeLine(canonicalLine([...columns.keys(), ...added]));
    const cells = [...columns.values()];
    for (let row = 0; row < rows; row++) {
      const soft = softLabelOf(row);
      const written = soft === null ? added.map(() => "") : Array.from(soft, String);
      output.writeLine(canonicalLine([...cells.map((column) => column[row]!), ...written]));
    }
    output.endLines();
    await output.place(output.csv);
  } finally {
    await output.clear();
  }
}
