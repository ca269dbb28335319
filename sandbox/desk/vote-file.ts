import { FlamencoError } from "@flamenco/policies/errors";
import { ABSTAIN, buildHistogram, histogramOf, type LabeledHistogram, labelingLimits } from "../labeling/index.js";
import { Progress } from "./progress.js";
import { readTable, type TextTable } from "./table-file.js";
import { toLine } from "./text-table.js";
import { VoteWords } from "./vote-words.js";

/** Votes from a file, with what the file says of the truth. */
export interface VoteFile {
  readonly path: string;
  readonly rows: number;
  readonly lfNames: readonly string[];
  /** Names of the labels, in order. Where the file has numbers only, `label-0`, `label-1`, … */
  readonly labels: readonly string[];
  /** Whether the labels have names of their own. */
  readonly named: boolean;
  /** `votes[row * m + lf]`, label index or -1. */
  readonly votes: Int8Array;
  /** Label index of each row, -1 unknown; `null` without such a column. For analysis only. */
  readonly truth: Int8Array | null;
  /** As `truth`, from the column that was named for fitting. */
  readonly gold: Int8Array | null;
  /** Cells of the column that was named as privacy unit. */
  readonly units: readonly string[] | null;
}

export interface VoteFileOptions {
  /** Names of the labels in order. Absent: from the file. */
  readonly labels?: readonly string[];
  /** At least so many labels, though fewer occur. */
  readonly labelCount?: number;
  /** Column with ground truth that may be used for fitting. */
  readonly gold?: string;
  /** Column that says whose row it is; it holds no votes. */
  readonly unit?: string;
  /** Columns that hold votes. Absent: all that are not reserved. */
  readonly lfs?: readonly string[];
}

/** Column of the packed form, one character a labeling function; columns that are never votes. */
const PACKED_COLUMN = "votes";
const TRUTH_COLUMN = "y";
const RESERVED_COLUMNS: readonly string[] = [TRUTH_COLUMN, "node", "gold"];
const LEAST_LABELS = 2;

/**
 * Read votes from a CSV file in one of two forms. Packed: a column `votes` with one character for each LF, `.` abstains and
 * a digit is a label. Plain: a column for each LF, where `.`, `-1`, `ABSTAIN` and nothing abstain and everything else is
 * a label's index or name. The column `y` is ground truth for analysis; it is never fitted to unless it is named as gold.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA naming line and column, never what stands there; FLM_USAGE for
 * columns that the file does not have
 */
export async function readVoteFile(path: string, options: VoteFileOptions): Promise<VoteFile> {
  const table = await readTable(path);
  const packed = table.columns.get(PACKED_COLUMN);
  const goldCells = options.gold === undefined ? undefined : columnOf(table, options.gold, "--gold");
  const units = options.unit === undefined ? null : columnOf(table, options.unit, "--unit");
  const words = new VoteWords(options.labels);
  const cells = packed === undefined || options.lfs !== undefined ? plainCells(table, options) : undefined;
  const lfNames = cells?.map(([name]) => name) ?? Array.from({ length: packed![0]!.length }, (_, lf) => `lf${lf}`);
  if (lfNames.length > labelingLimits.lfs) {
    throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${labelingLimits.lfs} columns of votes.`);
  }
  const read = (name: string, column: readonly string[]) =>
    words.readColumn(column, (row) => `${toLine(path)}:${row + 2}: column ${toLine(name)}`);
  const columns =
    cells?.map(([name, column]) => read(name, column)) ??
    unpackColumns(path, packed!).map((column) => words.readDigits(column));
  const truthCells = table.columns.get(TRUTH_COLUMN);
  const truth = truthCells === undefined ? null : read(TRUTH_COLUMN, truthCells);
  const gold = goldCells === undefined ? null : read(options.gold!, goldCells);
  const labels = words.listLabels(Math.max(LEAST_LABELS, options.labelCount ?? 0));
  if (labels.length > labelingLimits.labels) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${toLine(path)} votes for more than ${labelingLimits.labels} labels. Name the columns of votes with --lfs if others are among them.`,
    );
  }
  const votes = new Int8Array(table.rows * lfNames.length);
  const progress = new Progress("of the votes read");
  for (const [lf, column] of columns.entries()) {
    const indices = words.indexColumn(column);
    progress.tell(lf / columns.length);
    for (let row = 0; row < table.rows; row++) votes[row * lfNames.length + lf] = indices[row]!;
  }
  return {
    path,
    rows: table.rows,
    lfNames,
    labels,
    named: words.named,
    votes,
    truth: truth === null ? null : words.indexColumn(truth),
    gold: gold === null ? null : words.indexColumn(gold),
    units,
  };
}

/** The histogram of a file's votes with some truth, and the pattern of every row. */
export function countVoteFile(
  { votes, lfNames, labels }: VoteFile,
  truth: Int8Array | null,
): { histogram: LabeledHistogram; patternOfRow: Int32Array } {
  const { histogram, patternOfRow } = buildHistogram({ votes, lfCount: lfNames.length, labelCount: labels.length });
  return { histogram: histogramOf(patternOfRow, histogram, undefined, truth ?? undefined), patternOfRow };
}

/** Votes as text, as the packed form writes them. */
export function writeVotes(votes: ArrayLike<number>): string {
  return Array.from(votes, (vote) => (vote === ABSTAIN ? "." : String(vote))).join("");
}

function plainCells(table: TextTable, { gold, unit, lfs }: VoteFileOptions): [string, readonly string[]][] {
  if (lfs !== undefined) return lfs.map((name) => [name, columnOf(table, name, "--lfs")]);
  const cells = [...table.columns].filter(
    ([name]) => !RESERVED_COLUMNS.includes(name) && name !== gold && name !== unit,
  );
  if (cells.length > 0) return cells;
  throw new FlamencoError(
    "FLM_SCHEMA",
    `${toLine(table.path)} has no column of votes: it takes one named votes (a character for each labeling function), or one for each labeling function.`,
  );
}

function columnOf(table: TextTable, name: string, option: string): readonly string[] {
  const column = table.columns.get(name);
  if (column !== undefined) return column;
  throw new FlamencoError("FLM_USAGE", `${option}: ${toLine(table.path)} has no column ${toLine(name)}.`);
}

/** Columns of single characters. Rows of another length than the first, or other characters, are refused. */
function unpackColumns(path: string, packed: readonly string[]): string[][] {
  const m = packed[0]!.length;
  for (const [row, text] of packed.entries()) {
    if (text.length === m && m > 0 && /^[.0-7]*$/.test(text)) continue;
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(path)}:${row + 2}: votes must be one character for each labeling function, as many as on the first line: . abstains, a digit from 0 to 7 is a label.`,
    );
  }
  return Array.from({ length: m }, (_, lf) => packed.map((text) => text[lf]!));
}
