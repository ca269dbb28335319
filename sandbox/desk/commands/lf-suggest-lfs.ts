import { interpretLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { readKindTable } from "../kind-table.js";
import { readLfSources } from "../lf-sources.js";
import type { TextTable } from "../table-file.js";
import { toLine } from "../text-table.js";

/** Votes of LFs on every row of a table: `votes[lf][row]`, index of a label of the search or -1. */
export interface FolderVotes {
  readonly names: readonly string[];
  readonly votes: readonly Int8Array[];
}

/**
 * Votes of a package folder's LFs on a table. They are verified first and then interpreted; nothing of theirs is run.
 * @throws FLM_SCHEMA for labels that are not those of the search, and what reading sources and columns throws
 */
export async function voteFromFolder(
  folder: string,
  table: TextTable,
  labels: readonly string[],
): Promise<FolderVotes> {
  const { kind, local, labels: theirs, lfs } = await readLfSources(folder, {});
  const places = theirs.map((label) => labels.indexOf(label));
  if (places.includes(-1)) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(folder)} votes for ${theirs.join(", ")}, the table is labeled ${labels.join(", ")}.`,
    );
  }
  const verified = lfs.map((lf) => lf.verified);
  const { rowAt, statistics } = readKindTable(table, verified, kind, local);
  const votes = lfs.map(() => new Int8Array(table.rows).fill(-1));
  for (let row = 0; row < table.rows; row++) {
    const values = rowAt(row);
    for (const [index, lf] of verified.entries()) {
      const vote = interpretLf(lf, values, statistics);
      if (vote >= 0) votes[index]![row] = places[vote]!;
    }
  }
  return { names: lfs.map(({ name }) => name), votes };
}
