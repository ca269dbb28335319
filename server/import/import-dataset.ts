import { FlamencoError } from "@flamenco/policies/errors";
import { sizeOfInput } from "@flamenco/sandbox/records";
import { datasetFolder, type Staging, withStaging } from "../datasets/index.js";
import { AccountBook } from "./account.js";
import { identifyImport, loadCheckpoint, type ReadState, saveCheckpoint } from "./checkpoint.js";
import { bookRejectedRows, dropDuplicates } from "./dropped-rows.js";
import type { FilePlan } from "./file-plan.js";
import { finishImport } from "./finish-import.js";
import { inputFormatsNamed } from "./formats.js";
import { ImportDatabase } from "./import-database.js";
import type { ImportRequest, ImportResult } from "./import-request.js";
import { importLimits } from "./limits.js";
import { makesLabels } from "./preparation.js";
import { RowReader } from "./row-reader.js";
import type { RowSchema } from "./row-schema.js";
import { addRttWindows } from "./rtt-windows.js";

/**
 * Import files as the new current version of a dataset. All or nothing: on any error, or when the process dies, the
 * dataset is as it was.
 * @throws FLM_DATASET_NAME, FLM_DATASET_BUSY, FLM_USAGE, FLM_FILE_UNREADABLE, FLM_IMPORT_DIALECT, FLM_IMPORT_HEADER,
 * FLM_IMPORT_EMPTY, FLM_PROGRAM_MISSING, FLM_CONVERSION, FLM_DISK_FULL, and the signal's reason.
 */
export async function importDataset(request: ImportRequest): Promise<ImportResult> {
  datasetFolder(request.root, request.name);
  const formats = inputFormatsNamed(request.dialect);
  const sizes = await sizesOf(request.files);
  const identity = await identifyImport(request.files, request);
  let resumed: Awaited<ReturnType<typeof loadCheckpoint>> = null;
  const resumes = async (scratch: string) => {
    resumed = await loadCheckpoint(scratch, identity);
    return resumed !== null;
  };
  let saved = false;
  const work = async (staging: Staging): Promise<ImportResult> => {
    const database = await ImportDatabase.open([staging.scratch, staging.directory]);
    try {
      const book = new AccountBook(request.files);
      const reader = new RowReader({ database, book, scratch: staging.scratch, formats });
      const save = async (count: number, { plan, schema }: { plan: FilePlan; schema: RowSchema }) => {
        const state = { account: book.state, staged: await reader.stagedFiles(), plan, schema };
        await saveCheckpoint(staging.scratch, identity, count, state);
        saved = true;
      };
      const { plan, schema } = await readFiles(request, { reader, book, sizes, resumed, save });
      await reader.createViews(schema);
      await bookRejectedRows(database, book);
      const duplicates = await dropDuplicates(database, book);
      const whole = await addRttWindows(database, plan.dialect.kind, schema);
      const resumedFiles = resumed?.count ?? 0;
      return await finishImport(request, {
        staging,
        database,
        book,
        plan,
        schema: whole,
        isScan: duplicates === 0 && whole === schema,
        resumedFiles,
      });
    } finally {
      database.close();
    }
  };
  // Whoever interrupts an import, or the machine, may go on with it; a file that cannot be imported will not do better next time.
  const keeps = () => request.signal.aborted && (saved || resumed !== null);
  return withStaging(request.root, request.name, work, { resumes, keeps });
}

async function sizesOf(files: readonly string[]): Promise<number[]> {
  if (files.length === 0) throw new FlamencoError("FLM_USAGE", "Name at least one file to import.");
  if (files.length > importLimits.files) {
    throw new FlamencoError("FLM_USAGE", `One import takes at most ${importLimits.files} files.`);
  }
  const sizes: number[] = [];
  for (const file of files) sizes.push(await sizeOfInput(file));
  return sizes;
}

interface Reading {
  readonly reader: RowReader;
  readonly book: AccountBook;
  /** Bytes of each file. */
  readonly sizes: readonly number[];
  /** What an import of the same files that died had read of them. */
  readonly resumed: { readonly count: number; readonly state: ReadState } | null;
  /** Keep what is known after the first files. */
  readonly save: (count: number, first: { plan: FilePlan; schema: RowSchema }) => Promise<void>;
}

async function readFiles(
  request: ImportRequest,
  { reader, book, sizes, resumed, save }: Reading,
): Promise<{ plan: FilePlan; schema: RowSchema }> {
  const total = sum(sizes);
  const { checkpointBytes = importLimits.checkpointBytes } = request;
  let first: { plan: FilePlan; schema: RowSchema } | undefined = resumed?.state;
  if (resumed !== null) {
    book.restore(resumed.state.account);
    reader.restore(resumed.state);
  }
  let saved = sum(sizes.slice(0, resumed?.count ?? 0));
  for (let index = resumed?.count ?? 0; index < request.files.length; index += 1) {
    const path = request.files[index] as string;
    const before = sum(sizes.slice(0, index));
    const read = await reader.readFile(index, path, {
      onRead: (bytes) => request.onProgress({ stage: "read", done: Math.min(before + bytes, total), total }),
      signal: request.signal,
    });
    assertLabelColumn(request, read.plan, path);
    notePlan(book, index, read.plan);
    first ??= read;
    const after = before + (sizes[index] ?? 0);
    if (after - saved < checkpointBytes) continue;
    await save(index + 1, first);
    saved = after;
  }
  return first as { plan: FilePlan; schema: RowSchema };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function assertLabelColumn(request: ImportRequest, plan: FilePlan, path: string): void {
  if (request.labels === null || plan.label !== null || makesLabels(request.preparation)) return;
  throw new FlamencoError("FLM_IMPORT_HEADER", `--labels is given, but ${path} has no label column.`);
}

function notePlan(book: AccountBook, index: number, plan: FilePlan): void {
  const file = book.nameOfFile(index);
  for (const note of plan.dialect.notes) book.note(note);
  if (plan.unknown.length > 0)
    book.note(`${file}: columns that the dialect does not know, left out: ${plan.unknown.join(", ")}.`);
  if (plan.compared === null) {
    book.note(
      "The files do not tell rows apart: two that look alike may be different flows or probes, so duplicates are not looked for.",
    );
  }
}
