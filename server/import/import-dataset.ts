import { FlamencoError } from "@flamenco/policies/errors";
import { sizeOfInput } from "@flamenco/sandbox/records";
import { datasetFolder, withStaging } from "../datasets/index.js";
import { AccountBook } from "./account.js";
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
  return withStaging(request.root, request.name, async (staging) => {
    const database = await ImportDatabase.open([staging.scratch, staging.directory]);
    try {
      const book = new AccountBook(request.files);
      const reader = new RowReader({ database, book, scratch: staging.scratch, formats });
      const { plan, schema } = await readFiles(request, reader, book, sizes);
      await reader.createViews(schema);
      await bookRejectedRows(database, book);
      await dropDuplicates(database, book);
      const whole = await addRttWindows(database, plan.dialect.kind, schema);
      return await finishImport(request, { staging, database, book, plan, schema: whole });
    } finally {
      database.close();
    }
  });
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

async function readFiles(
  request: ImportRequest,
  reader: RowReader,
  book: AccountBook,
  sizes: readonly number[],
): Promise<{ plan: FilePlan; schema: RowSchema }> {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  let first: { plan: FilePlan; schema: RowSchema } | undefined;
  for (const [index, path] of request.files.entries()) {
    const read = await reader.readFile(index, path, {
      onRead: (bytes) => request.onProgress({ stage: "read", done: Math.min(before + bytes, total), total }),
      signal: request.signal,
    });
    assertLabelColumn(request, read.plan, path);
    notePlan(book, index, read.plan);
    first ??= read;
    before += sizes[index] ?? 0;
  }
  return first as { plan: FilePlan; schema: RowSchema };
}

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
