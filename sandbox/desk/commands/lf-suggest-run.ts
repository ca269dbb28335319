import { counted, FlamencoError } from "@flamenco/policies/errors";
import { describeDecision, type ExistingLfs, type FeatureTable, suggestLfs } from "../../synthesis/index.js";
import { answer } from "../answer.js";
import { readTable } from "../table-file.js";
import { drawTable, formatShare, toLine } from "../text-table.js";
import { readVoteFile } from "../vote-file.js";
import { readSearchSettings, type SearchOptions, wholeNumber } from "./lf-search-options.js";
import { readSearchTable } from "./lf-search-table.js";
import { voteFromFolder } from "./lf-suggest-lfs.js";
import { reportSuggestion, type SuggestionReport } from "./lf-suggest-report.js";

export interface SuggestOptions extends SearchOptions {
  readonly lfs?: string;
  readonly votes?: string;
  readonly top: string;
}

const MOST_SUGGESTIONS = 100;

/** Search a table for rules, and answer with each and what it would add. */
export async function suggestRules(path: string, options: SuggestOptions): Promise<void> {
  const top = wholeNumber("--top", options.top);
  if (top < 1 || top > MOST_SUGGESTIONS) {
    throw new FlamencoError("FLM_USAGE", `--top takes a whole number from 1 to ${MOST_SUGGESTIONS}.`);
  }
  const table = await readSearchTable(path, options);
  const existing = await readExisting(path, options, table);
  const suggestions = suggestLfs(table, existing, { ...readSearchSettings(options), top });
  const report = {
    kind: table.kind.name,
    task: table.task,
    lfs: existing.names,
    leftOut: table.leftOut,
    suggestions: suggestions.map((one) => reportSuggestion(one, table, describeDecision(one, table))),
  };
  answer(options.json === true, report, () => renderSuggestions(report.suggestions, existing.names, table));
}

async function readExisting(
  path: string,
  { lfs, votes }: SuggestOptions,
  { task, rowsOf }: FeatureTable,
): Promise<ExistingLfs> {
  if (lfs !== undefined && votes !== undefined) {
    throw new FlamencoError(
      "FLM_USAGE",
      "The labeling functions so far come from --lfs or from --votes, not from both.",
    );
  }
  const pick = (names: readonly string[], columns: readonly Int8Array[]): ExistingLfs => ({
    names,
    train: columns.map((column) => Int8Array.from(rowsOf.train, (row) => column[row]!)),
    validation: columns.map((column) => Int8Array.from(rowsOf.validation, (row) => column[row]!)),
  });
  if (lfs !== undefined) {
    const found = await voteFromFolder(lfs, await readTable(path), task.labels);
    return pick(found.names, found.votes);
  }
  if (votes === undefined) return pick([], []);
  const file = await readVoteFile(votes, { labels: task.labels });
  const { rows } = await readTable(path);
  if (file.rows !== rows) {
    throw new FlamencoError(
      "FLM_SCHEMA",
      `${toLine(votes)} has ${counted(file.rows, "row")}, ${toLine(path)} has ${rows}.`,
    );
  }
  const m = file.lfNames.length;
  return pick(
    file.lfNames,
    file.lfNames.map((_, lf) => Int8Array.from({ length: rows }, (_row, row) => file.votes[row * m + lf]!)),
  );
}

function renderSuggestions(
  suggestions: readonly SuggestionReport[],
  lfs: readonly string[],
  { task }: FeatureTable,
): string {
  if (suggestions.length === 0) {
    return lfs.length === 0
      ? "No column tells the two labels apart: there is nothing to suggest."
      : "No further rule votes otherwise than the labeling functions so far. Try --cardinality 2.";
  }
  const table = drawTable(
    [
      { name: "rule" },
      { name: "thresholds" },
      { name: "coverage", numeric: true },
      { name: "precision", numeric: true },
      { name: "new rows", numeric: true },
      { name: `F1 of ${task.positive} with it`, numeric: true },
    ],
    suggestions.map(({ name, thresholds, validation, adds }) => [
      name,
      thresholds
        .map(({ field, written, form }) => (form === "statistic" ? written : `${field} ${written} !`))
        .join("; "),
      formatShare(validation.coverage),
      formatShare(validation.precision),
      String(adds.coverageGainedRows),
      formatShare(adds.positiveF1After),
    ]),
  );
  const so = lfs.length === 0 ? "There are no labeling functions so far." : `Labeling functions so far: ${lfs.length}.`;
  return [so, "", table, "", ...suggestions.map(({ reason }, index) => `${index + 1}. ${toLine(reason)}`)].join("\n");
}
