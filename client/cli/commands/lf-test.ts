import { join } from "node:path";
import type { VerifiedLf } from "@flamenco/language";
import { counted, FlamencoError } from "@flamenco/policies/errors";
import type { DatasetStatistics } from "@flamenco/policies/wire";
import type { Command } from "commander";
import { verifySources } from "../../signing/index.js";
import { drawTable, formatCount, formatShare, toLine } from "../../terminal/index.js";
import {
  CASES_FILE,
  type CaseResult,
  type LfTrial,
  mockTable,
  readCases,
  readCsvTable,
  readStatistics,
  runCases,
  runTrial,
  type Table,
  type Trial,
  trialLimits,
  writeVoteFile,
} from "../../trial/index.js";
import { type CommandContext, defineCommand } from "../command.js";
import { addLfTargetOptions, type LfTarget, type LfTargetOptions, readLfTarget } from "../lf-target.js";

interface TestOptions extends LfTargetOptions {
  readonly data?: string;
  readonly mock?: string | undefined;
  readonly seed: string;
  readonly stats?: string;
  readonly votes?: string;
  readonly labelsColumn?: string;
}

/** What `lf test --json` answers. */
interface TestReport {
  readonly kind: string;
  readonly labels: readonly string[];
  /** Where the rows came from; null when only cases ran. */
  readonly source: "data" | "mock" | null;
  readonly seed: number | null;
  /** Where the statistics came from: the file of --stats, or the rows themselves. */
  readonly statistics: "file" | "rows";
  /** Columns of the file of --data that are no field of the kind, and were left out. */
  readonly leftOut: readonly string[];
  readonly trial: Trial | null;
  readonly cases: readonly CaseResult[];
  readonly passed: boolean;
}

const DEFAULT_MOCK_ROWS = "1000";
/** Columns that are named when they are left out. */
const LISTED_COLUMNS = 8;

export function lfTestCommand(): Command {
  return defineCommand<TestOptions>({
    usage: "test <file-or-folder>",
    summary: "try labeling functions on your own CSV file, on made-up rows, and on the cases of lfs.test.json",
    examples: [
      "flamenco lf test examples/packages/ntp-ports",
      "flamenco lf test my-lfs --mock 1000 --seed 1 --stats statistics.json",
      "flamenco lf test my-lfs --data flows.csv --labels-column label --json",
      "flamenco lf test my-lfs --data flows.csv --votes votes.csv",
    ],
    configure: (command) =>
      void addLfTargetOptions(command)
        .option("--data <file>", "a CSV file whose columns are named as the fields of the kind")
        .option("--labels-column <name>", "its column with your own labels; wrong votes are then shown by row")
        .option("--mock <rows>", `made-up rows (default without --data and ${CASES_FILE}: ${DEFAULT_MOCK_ROWS})`)
        .option("--seed <number>", "of the made-up rows: the same seed gives the same rows", "1")
        .option("--votes <file>", "write the vote of each labeling function on each row, for `flamenco label`")
        .option("--stats <file>", "statistics of a node's dataset (default: those of the rows themselves)"),
    async action(context, [path = ""], options) {
      checkOptions(options);
      const target = await readLfTarget(path, options);
      const lfs = acceptedLfs(target);
      const statistics = options.stats === undefined ? undefined : await readStatistics(options.stats, target.kind);
      const text = target.isFolder ? await readCases(join(path, CASES_FILE)) : undefined;
      const cases = text === undefined ? [] : runCases(text, { ...target, lfs });
      const mock = options.mock ?? (options.data === undefined && text === undefined ? DEFAULT_MOCK_ROWS : undefined);
      const table = await openTable(target, lfs, { ...options, mock }, statistics);
      const votes = new Int8Array((table?.rows ?? 0) * lfs.length);
      const trial = table === undefined ? null : runTrial(lfs, target.labels, table, votes);
      if (options.votes !== undefined) {
        if (table === undefined) throw new FlamencoError("FLM_USAGE", "--votes needs rows: add --data or --mock.");
        await writeVoteFile(options.votes, lfs, target.labels, table, votes);
      }
      const report: TestReport = {
        kind: target.kind.name,
        labels: target.labels,
        source: table === undefined ? null : options.data === undefined ? "mock" : "data",
        seed: mock === undefined ? null : wholeNumber(options.seed, "--seed", 0, Number.MAX_SAFE_INTEGER),
        statistics: statistics === undefined ? "rows" : "file",
        leftOut: table?.leftOut ?? [],
        trial,
        cases,
        passed: cases.every(({ passed }) => passed),
      };
      if (context.json) context.answer(report);
      else printReport(context, report);
      return report.passed ? 0 : 1;
    },
  });
}

function checkOptions({ data, mock, labelsColumn }: TestOptions): void {
  if (data !== undefined && mock !== undefined)
    throw new FlamencoError("FLM_USAGE", "Rows come from --data or from --mock, not from both.");
  if (labelsColumn !== undefined && data === undefined)
    throw new FlamencoError("FLM_USAGE", "--labels-column names a column of the file of --data.");
}

/** @throws FLM_LF_REFUSED naming every place, as publishing would */
function acceptedLfs(target: LfTarget): VerifiedLf[] {
  const { lfs, refusals } = verifySources(target.files, target);
  if (refusals.length > 0) {
    const details = refusals.map(({ path, line, column, message, code }) => ({
      at: `${path}:${line}:${column}`,
      message: `${message} (${code})`,
    }));
    throw new FlamencoError("FLM_LF_REFUSED", "Refused; `flamenco lf check` shows where.", { details });
  }
  return lfs.map(({ lf }) => lf);
}

async function openTable(
  { kind, local, labels }: LfTarget,
  lfs: readonly VerifiedLf[],
  { data, mock, seed, labelsColumn }: Pick<TestOptions, "data" | "mock" | "seed" | "labelsColumn">,
  statistics: DatasetStatistics | undefined,
): Promise<Table | undefined> {
  const fields = fieldsOf(lfs, statistics === undefined);
  if (data !== undefined) return readCsvTable({ path: data, kind, local, labels, fields, labelsColumn, statistics });
  if (mock === undefined) return undefined;
  const rows = wholeNumber(mock, "--mock", 1, trialLimits.rows);
  return mockTable({ kind, rows, seed: wholeNumber(seed, "--seed", 0, Number.MAX_SAFE_INTEGER), fields, statistics });
}

/** Fields that LFs read, and those whose statistics must be computed from the rows. */
function fieldsOf(lfs: readonly VerifiedLf[], withStatistics: boolean): Set<string> {
  const names = lfs.flatMap(({ certificate: { fields, statistics } }) => [
    ...fields,
    ...(withStatistics ? statistics.map((name) => name.split(".")[0] ?? "") : []),
  ]);
  return new Set(names);
}

function wholeNumber(text: string, option: string, low: number, high: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high))
    throw new FlamencoError("FLM_USAGE", `${option} takes a whole number from ${low} to ${high}.`);
  return value;
}

function printReport(context: CommandContext, report: TestReport): void {
  const { trial, cases, labels, source, seed, statistics, leftOut } = report;
  const { terminal, colors } = context;
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, LISTED_COLUMNS).map((name) => toLine(name, 60));
    const more = leftOut.length > LISTED_COLUMNS ? `, … (${leftOut.length} in all)` : "";
    terminal.out(`${colors.yellow("left out")}  no fields of ${report.kind}: ${names.join(", ")}${more}\n`);
  }
  if (trial !== null) {
    const from = source === "mock" ? `made-up rows (seed ${seed})` : "rows";
    const stats = statistics === "file" ? "the file of --stats" : "these rows";
    terminal.out(`${formatCount(trial.rows)} ${from}; statistics of ${stats}.\n\n`);
    terminal.out(`${drawTrial(context, trial, labels)}\n\n`);
    const { coverage, overlap, conflict } = trial;
    terminal.out(
      `Together: coverage ${formatShare(coverage)}, overlap ${formatShare(overlap)}, conflict ${formatShare(conflict)}.\n`,
    );
    for (const lf of trial.lfs) printErrors(context, lf);
  }
  for (const { case: number, lf, expected, voted, passed } of cases) {
    if (passed) continue;
    const wanted = `expected ${toLine(expected ?? "ABSTAIN")}, voted ${voted ?? "ABSTAIN"}`;
    terminal.out(`${colors.red("failed")}  case ${number}  ${toLine(lf)}: ${wanted}\n`);
  }
  if (cases.length > 0) {
    const passed = cases.filter((one) => one.passed).length;
    const verdict = `${passed} of ${cases.length} cases of ${CASES_FILE} passed.`;
    terminal.out(`${passed === cases.length ? colors.green(verdict) : colors.red(verdict)}\n`);
  }
}

function drawTrial({ terminal }: CommandContext, { lfs, labeledRows }: Trial, labels: readonly string[]): string {
  const right = (title: string) => ({ title, align: "right" as const });
  const labeled = labeledRows !== undefined;
  const columns = [
    { title: "labeling function" },
    ...labels.map(right),
    right("abstained"),
    right("coverage"),
    ...(labeled ? [right("correct"), right("wrong")] : []),
  ];
  const rows = lfs.map((lf) => [
    toLine(lf.name),
    ...labels.map((label) => formatCount(lf.votes[label] ?? 0)),
    formatCount(lf.abstained),
    formatShare(lf.coverage),
    ...(labeled ? [formatCount(lf.correct ?? 0), formatCount(lf.incorrect ?? 0)] : []),
  ]);
  return drawTable(terminal, columns, rows);
}

function printErrors({ terminal, colors }: CommandContext, { name, firstErrors = [], incorrect }: LfTrial): void {
  if (firstErrors.length === 0) return;
  terminal.out(
    `\n${colors.bold(name)} is wrong on ${counted(incorrect ?? 0, "row", formatCount(incorrect ?? 0))}, first:\n`,
  );
  for (const { row, line, voted, label, values } of firstErrors) {
    const read = Object.entries(values).map(
      ([field, value]) => `${field} ${value === null ? "missing" : toLine(String(value), 60)}`,
    );
    const place = line === null ? `row ${row}` : `row ${row} (line ${line})`;
    terminal.out(`  ${place}: voted ${voted}, is ${label}; ${read.join(", ")}\n`);
  }
}
