import { interpretLf, type LfRow, type VerifiedLf } from "@flamenco/language";
import { trialLimits } from "./limits.js";
import { rowAt, type Table } from "./table.js";

/** A vote that the author's own label contradicts. */
export interface WrongVote {
  /** From 1, the header not counted. */
  readonly row: number;
  readonly line: number | null;
  readonly voted: string;
  readonly label: string;
  /** What the LF read: the author's own data. */
  readonly values: LfRow;
}

export interface LfTrial {
  readonly name: string;
  /** Rows by vote. */
  readonly votes: Readonly<Record<string, number>>;
  readonly abstained: number;
  /** Share of the rows that it votes on. */
  readonly coverage: number;
  /** Among labeled rows; absent without the author's labels. */
  readonly correct?: number;
  readonly incorrect?: number;
  readonly firstErrors?: readonly WrongVote[];
}

export interface Trial {
  readonly rows: number;
  readonly labeledRows?: number;
  /** Share of the rows with at least one vote, with at least two, and with two that differ. */
  readonly coverage: number;
  readonly overlap: number;
  readonly conflict: number;
  readonly lfs: readonly LfTrial[];
}

/**
 * Votes of LFs on a table. By the interpreter, the language's plain second opinion: text made from guest sources is
 * compiled in sealed isolates only, never in the process of a researcher.
 * @param votes filled with the vote of each LF on each row, `votes[row * lfs.length + lf]`
 */
export function runTrial(
  lfs: readonly VerifiedLf[],
  labels: readonly string[],
  table: Table,
  votes = new Int8Array(table.rows * lfs.length),
): Trial {
  const tallies = lfs.map(() => ({
    votes: labels.map(() => 0),
    abstained: 0,
    correct: 0,
    incorrect: 0,
    firstErrors: [] as WrongVote[],
  }));
  let [covered, overlapping, conflicting] = [0, 0, 0];
  for (let index = 0; index < table.rows; index += 1) {
    const row = rowAt(table, index);
    const truth = table.truth?.[index] ?? -1;
    let [voting, first, differ] = [0, -1, false];
    for (const [at, lf] of lfs.entries()) {
      const tally = tallies[at];
      if (tally === undefined) continue;
      const vote = interpretLf(lf, row, table.statistics);
      votes[index * lfs.length + at] = vote;
      if (vote < 0) {
        tally.abstained += 1;
        continue;
      }
      tally.votes[vote] = (tally.votes[vote] ?? 0) + 1;
      voting += 1;
      differ ||= first >= 0 && first !== vote;
      first = vote;
      if (truth === vote) tally.correct += 1;
      else if (truth >= 0) {
        tally.incorrect += 1;
        if (tally.firstErrors.length < trialLimits.shownErrors) {
          const values = Object.fromEntries(lf.certificate.fields.map((name) => [name, row[name] ?? null]));
          const [voted, label] = [labels[vote] ?? "", labels[truth] ?? ""];
          tally.firstErrors.push({ row: index + 1, line: table.lines?.[index] ?? null, voted, label, values });
        }
      }
    }
    if (voting > 0) covered += 1;
    if (voting > 1) overlapping += 1;
    if (differ) conflicting += 1;
  }
  const share = (count: number): number => (table.rows === 0 ? 0 : count / table.rows);
  return {
    rows: table.rows,
    ...(table.truth === undefined ? {} : { labeledRows: table.truth.filter((label) => label >= 0).length }),
    coverage: share(covered),
    overlap: share(overlapping),
    conflict: share(conflicting),
    lfs: tallies.map(({ votes, abstained, correct, incorrect, firstErrors }, at) => ({
      name: lfs[at]?.name ?? "",
      votes: Object.fromEntries(labels.map((label, index) => [label, votes[index] ?? 0])),
      abstained,
      coverage: share(table.rows - abstained),
      ...(table.truth === undefined ? {} : { correct, incorrect, firstErrors }),
    })),
  };
}
