import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { Argument, Command } from "commander";
import {
  runStudy,
  type StudyName,
  type StudyReport,
  type StudyTable,
  studyNames,
  writeReport,
} from "../../reproduce/index.js";
import { answer } from "../answer.js";
import { cellsOf, numericColumn, readDataTable } from "../data-table.js";
import { interruptible } from "../interruption.js";
import { readLfSources } from "../lf-sources.js";
import { Progress } from "../progress.js";
import { drawTable, toLine } from "../text-table.js";
import { wholeNumber } from "./lf-search-options.js";

interface ReproduceOptions {
  readonly data?: string;
  readonly small?: boolean;
  readonly seed: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** The folder `examples` of the repository, beside the compiled workspace. */
const examples = join(import.meta.dirname, "..", "..", "..", "..", "examples");

/** `flamenco reproduce`: a case study of the paper, end to end. */
export function reproduceCommand(): Command {
  const command = new Command("reproduce")
    .summary("a case study of the FLAMENCO paper on real data of the same shape")
    .description(
      "Run a case study of the FLAMENCO paper end to end: labeling functions, label models, end classifiers, trees; the paper's figure beside ours, and each claim of the paper with the numbers that decide it. Writes report.md, report.json and charts.",
    )
    .addArgument(new Argument("<study>", "which case study").choices(studyNames))
    .option("--data <folder>", "folder of the data sets; docs/case-studies.md says how it is laid out")
    .option("--small", "a cut of the study that takes seconds; cic-ddos and ark take data of the examples")
    .option("--seed <number>", "of splits, noise, classifiers and intervals", "1")
    .option("--out <folder>", "where the report goes (default: reproduce-out/<study>)")
    .option("--json", "answer with one JSON document on standard output")
    .addHelpText(
      "after",
      `
Examples:
  $ flamenco reproduce cic-ddos --small
  $ flamenco reproduce cic-ddos --data ../shared/data --json
  $ flamenco reproduce ark --data ../shared/data --seed 7 --out /tmp/ark
`,
    );
  return command.action(async (study: StudyName) => {
    const options = command.opts<ReproduceOptions>();
    const small = options.small === true;
    const ships = small && (study === "cic-ddos" || study === "ark");
    if (options.data === undefined && !ships) {
      throw new FlamencoError("FLM_USAGE", `The study ${study} needs --data: the folder of the data sets.`);
    }
    const seed = wholeNumber("--seed", options.seed);
    const out = options.out ?? join("reproduce-out", study);
    const progress = new Progress(`of ${study}`);
    const sources = await readLfSources(join(examples, "case-studies", study), {});
    const report = await interruptible((signal) =>
      runStudy(study, {
        data: options.data ?? null,
        examples,
        small,
        seed,
        sources,
        readTable,
        onProgress: (share) => progress.tell(share),
        signal,
      }),
    );
    await writeFiles(out, report, writeReport(report));
    answer(options.json === true, withoutDrawings(report), () => renderClaims(report, out));
  });
}

async function readTable(path: string): Promise<StudyTable> {
  const table = await readDataTable(path);
  return {
    rows: table.rows,
    names: table.names,
    numbers: (column) => numericColumn(table, column),
    texts: (column) => cellsOf(table, column),
  };
}

/** Charts are files of their own. */
const withoutDrawings = (report: StudyReport) => ({
  ...report,
  charts: report.charts.map(({ file, caption }) => ({ file, caption })),
});

async function writeFiles(folder: string, report: StudyReport, markdown: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "report.md"), markdown);
    await writeFile(join(folder, "report.json"), `${JSON.stringify(withoutDrawings(report), null, 2)}\n`);
    for (const { file, svg } of report.charts) await writeFile(join(folder, file), svg);
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The report cannot be written to ${toLine(folder)}.`, { cause });
  }
}

function renderClaims({ title, difference, truth, claims }: StudyReport, folder: string): string {
  return [
    title,
    "",
    `What differs: ${difference}`,
    `Ground truth: ${truth}`,
    "",
    drawTable(
      [{ name: "claim" }, { name: "verdict" }],
      claims.map(({ claim, verdict }) => [claim, verdict]),
    ),
    ...claims.map(({ because }) => because),
    "",
    `The report is ${toLine(join(folder, "report.md"))}.`,
  ].join("\n");
}
