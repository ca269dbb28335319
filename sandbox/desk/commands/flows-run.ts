import { extname, join } from "node:path";
import {
  CaptureMeter,
  cicHeaders,
  cicRow,
  type FeatureManifest,
  type FeatureSetName,
  type FlowRecord,
  featureManifest,
  featuresOf,
  hashSeed,
  hasRow,
  type MeterMode,
  type MeterTimeouts,
  rowOf,
} from "../../capture/index.js";
import { canonicalLine, readInput, sizeOfInput } from "../../records/index.js";
import { Progress } from "../progress.js";
import { TableOutput } from "../table-output.js";
import { type FlowsSummary, FlowTotals, summarizeFlows } from "./flows-summary.js";

/** What to do with a capture. */
export interface FlowsRequest {
  readonly capture: string;
  /** Table to write; undefined for a summary alone. */
  readonly out: string | undefined;
  readonly set: FeatureSetName;
  readonly mode: MeterMode;
  readonly headers: "flamenco" | "cic";
  readonly timeouts: MeterTimeouts;
}

/** What came of it. */
export type FlowsReport = FlowsSummary & { readonly manifest: FeatureManifest };

/** Where the manifest of a table lies. */
export function manifestPath(out: string): string {
  return `${out}.features.json`;
}

/**
 * Meter a capture, and write its flows as a table with the manifest of its columns beside it.
 * @throws FLM_FILE_UNREADABLE, FLM_FILE_EXISTS, FLM_DISK_FULL, FLM_CAPTURE, and the signal's reason
 */
export async function runFlows(request: FlowsRequest, signal: AbortSignal): Promise<FlowsReport> {
  const { set, mode, timeouts, out } = request;
  const manifest = featureManifest(set, mode, timeouts);
  if (out === undefined) return { ...(await meterFile(request, () => undefined, signal)), manifest };
  const fields = manifest.features.map(({ name }) => name);
  const inCicHeaders = request.headers === "cic";
  const features = featuresOf(set, mode);
  const output = await TableOutput.create(out);
  try {
    output.writeLine(canonicalLine(inCicHeaders ? cicHeaders : fields));
    const writeRow = (flow: FlowRecord) => {
      const row = rowOf(features, flow);
      output.writeLine(canonicalLine(inCicHeaders ? cicRow(row) : row));
    };
    const summary = await meterFile(request, writeRow, signal);
    output.endLines();
    let file = output.csv;
    if (extname(out).toLowerCase() === ".parquet") {
      const { writeParquet } = await import("../../columns/index.js");
      file = join(output.folder, "table.parquet");
      const kind = manifest.kind;
      await writeParquet({ directory: output.folder, csv: output.csv, parquet: file, kind, fields });
    }
    signal.throwIfAborted();
    await output.place(file, { path: manifestPath(out), document: manifest });
    return { ...summary, manifest };
  } finally {
    await output.clear();
  }
}

async function meterFile(
  { capture, mode, timeouts }: FlowsRequest,
  onRow: (flow: FlowRecord) => void,
  signal: AbortSignal,
): Promise<FlowsSummary> {
  const size = await sizeOfInput(capture);
  const totals = new FlowTotals();
  let rows = 0;
  const meter = new CaptureMeter(
    (flow) => {
      totals.add(flow);
      if (!hasRow(mode, flow)) return;
      rows += 1;
      onRow(flow);
    },
    timeouts,
    hashSeed(),
  );
  const progress = new Progress("read");
  const onRead = (bytes: number) => progress.tell(bytes / size);
  await readInput(capture, async (chunk) => meter.push(chunk), { onRead, signal });
  return summarizeFlows(mode, totals, meter.finish(), rows);
}
