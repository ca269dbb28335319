import { FlamencoError } from "@flamenco/policies/errors";
import { buildHistogram, histogramOf, type SplitHistograms } from "../../labeling/index.js";
import { selectSplit, splitRows } from "../../preprocess/index.js";
import { readTable } from "../table-file.js";
import { toLine } from "../text-table.js";
import { readVoteFile, type VoteFile } from "../vote-file.js";

export interface CombineFileOptions {
  readonly truth: string;
  readonly split?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly seed: number;
}

/** Votes of a file with its truth, parted into train, validation and test. */
export interface CombineFile {
  readonly votes: VoteFile;
  readonly histograms: SplitHistograms;
  /** How the rows were parted, in words. */
  readonly parting: string;
}

const partOf: Readonly<Record<string, number>> = Object.freeze({ train: 0, val: 1, validation: 1, test: 2 });
const PACKED_COLUMN = "votes";
const NEVER_VOTES: readonly string[] = ["y", "node", "gold"];

/**
 * Read votes and truth from a CSV file in either form of `label fit`.
 * @throws FLM_SCHEMA for a file without a labeled row, or of split words other than train, val, test; as `readVoteFile`
 */
export async function readCombineFile(path: string, options: CombineFileOptions): Promise<CombineFile> {
  const { truth: truthColumn, split, labels } = options;
  const table = split === undefined ? undefined : await readTable(path);
  const splitCells = split === undefined ? undefined : table?.columns.get(split);
  if (split !== undefined && splitCells === undefined) {
    throw new FlamencoError("FLM_USAGE", `--split: ${toLine(path)} has no column ${toLine(split)}.`);
  }
  const plain = table !== undefined && !table.columns.has(PACKED_COLUMN);
  const others = [...NEVER_VOTES, truthColumn, split];
  const votes = await readVoteFile(path, {
    gold: truthColumn,
    ...(labels === undefined ? {} : { labels }),
    ...(plain ? { lfs: [...table.columns.keys()].filter((name) => !others.includes(name)) } : {}),
  });
  const truth = votes.gold ?? new Int8Array(votes.rows).fill(-1);
  if (!truth.some((label) => label >= 0)) {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)}: the column ${toLine(truthColumn)} of --truth is empty.`);
  }
  const parts =
    splitCells === undefined
      ? splitRows({ rows: votes.rows, truth, seed: options.seed, preset: "flow" })
      : Uint8Array.from(splitCells, (cell, row) => readPart(cell, row, path));
  const { histogram, patternOfRow } = buildHistogram({
    votes: votes.votes,
    lfCount: votes.lfNames.length,
    labelCount: votes.labels.length,
  });
  const count = (name: "train" | "validation" | "test") =>
    histogramOf(patternOfRow, histogram, selectSplit(parts, name), truth);
  return {
    votes,
    histograms: { train: count("train"), validation: count("validation"), test: count("test") },
    parting:
      split === undefined
        ? `64 % train, 16 % validation, 20 % test, stratified by truth (seed ${options.seed})`
        : `by the column ${toLine(split)}`,
  };
}

function readPart(cell: string, row: number, path: string): number {
  const word = cell.trim().toLowerCase();
  if (Object.hasOwn(partOf, word)) return partOf[word]!;
  throw new FlamencoError("FLM_SCHEMA", `${toLine(path)}:${row + 2}: the split is none of train, val and test.`);
}
