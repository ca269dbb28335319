import { FlamencoError } from "@flamenco/policies/errors";
import {
  DecodeTally,
  type ExporterReport,
  ExporterTable,
  ExportFile,
  flowRowFields,
  reportExporter,
} from "../../netflow/index.js";
import { canonicalLine, readInput, sizeOfInput } from "../../records/index.js";
import { TableOutput } from "../table-output.js";
import { toLine } from "../text-table.js";
import { type RecordForm, RecordWriter } from "./decode-records.js";

const QUIET_MILLISECONDS = 2_000;

/** What files of flow exports hold. */
export interface DecodeSummary {
  readonly files: readonly { readonly file: string; readonly messages: number }[];
  /** Messages by version; 10 is IPFIX. */
  readonly messages: Readonly<Record<string, number>>;
  readonly recordCounts: DecodeTally["records"];
  readonly exporters: readonly ExporterReport[];
  /** Exporters that were forgotten because there were too many. */
  readonly forgottenExporters: number;
  /** What could not be decoded: how often, and the first places of each. */
  readonly problems: DecodeTally["problems"];
  readonly notes: readonly string[];
  readonly out: string | null;
}

/** What to decode, and where to. */
export interface DecodeRequest {
  /** In their order: templates of one serve the next. */
  readonly files: readonly string[];
  readonly form: RecordForm;
  /** CSV of the dialect `flamenco`, of the records that are flows. */
  readonly out: string | undefined;
}

/**
 * Decode files of export messages, and captures that hold some.
 * @throws FLM_FILE_UNREADABLE, FLM_FILE_EXISTS, FLM_DISK_FULL, FLM_CAPTURE; FLM_NETFLOW when no file holds a message
 */
export async function runDecode({ files, form, out }: DecodeRequest): Promise<DecodeSummary> {
  for (const file of files) await sizeOfInput(file);
  const table = out === undefined ? undefined : await TableOutput.create(out);
  try {
    table?.writeLine(canonicalLine(flowRowFields));
    const writer = new RecordWriter(form);
    const summary = await decodeFiles(files, writer, (line) => table?.writeLine(line));
    if (table !== undefined) {
      table.endLines();
      await table.place(table.csv);
    }
    const whole = { ...summary, out: out ?? null };
    await writer.end(whole);
    return whole;
  } finally {
    await table?.clear();
  }
}

async function decodeFiles(files: readonly string[], writer: RecordWriter, onFlow: (line: string) => void) {
  const exporters = new ExporterTable();
  const tally = new DecodeTally();
  const read: { file: string; messages: number }[] = [];
  const notes: string[] = [];
  const tell = makeProgress(() => `${tally.records.flow} flows`);
  for (const file of files) {
    const decoded = new ExportFile(
      {
        record: (record) => {
          const row = tally.take(record);
          if (row !== null) onFlow(canonicalLine(row));
          writer.write(file, record);
        },
        problem: (problem, text, place) => tally.addProblem(problem, text, `${file}, ${place}`),
      },
      exporters,
    );
    const take = async (chunk: Buffer) => {
      decoded.push(chunk);
      await writer.flush();
    };
    await readInput(file, take, { onRead: () => tell(file), signal: new AbortController().signal });
    notes.push(...decoded.finish().map((note) => `${file}: ${note}`));
    await writer.flush();
    read.push({ file, messages: decoded.messages });
  }
  if (exporters.messages.size === 0) {
    const names = files.map(toLine).join(", ");
    throw new FlamencoError("FLM_NETFLOW", `No message of NetFlow v1, v5, v7, v9 or IPFIX is in ${names}.`);
  }
  return {
    files: read,
    messages: Object.fromEntries(exporters.messages),
    recordCounts: tally.records,
    exporters: [...exporters.values()].map(reportExporter),
    forgottenExporters: exporters.forgotten,
    problems: tally.problems,
    notes: [...notes, ...tally.notes(exporters.values())],
  };
}

/** Tells on standard error, every two seconds, how far it is. */
function makeProgress(counted: () => string): (file: string) => void {
  let told = performance.now();
  return (file) => {
    if (performance.now() - told < QUIET_MILLISECONDS) return;
    told = performance.now();
    process.stderr.write(`${toLine(file)}: ${counted()}\n`);
  };
}
