import type { BlockList } from "node:net";
import { counted } from "@flamenco/policies/errors";
import {
  Collector,
  type CollectorCounts,
  type DecodeTally,
  type ExporterReport,
  FlowFiles,
  reportExporter,
} from "../../netflow/index.js";
import { toLine } from "../text-table.js";

const COUNTS_EVERY_MS = 5_000;

export interface CollectRequest {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  readonly rotateMs: number;
  readonly queueBytes: number;
  readonly allow: BlockList | null;
}

/** What a collector saw from start to stop. */
export interface CollectSummary extends CollectorCounts {
  readonly recordCounts: DecodeTally["records"];
  readonly problems: DecodeTally["problems"];
  readonly exporters: readonly ExporterReport[];
  readonly notes: readonly string[];
}

/**
 * Collect until SIGINT or SIGTERM; what was accepted until then is in whole files. Tells its counts on standard error.
 * @throws FLM_PORT_TAKEN, FLM_USAGE, FLM_DISK_FULL, FLM_FILE_UNREADABLE
 */
export async function runCollect(request: CollectRequest): Promise<CollectSummary> {
  const { host, port, folder, rotateMs, queueBytes, allow } = request;
  const files = await FlowFiles.create({ folder, rotateMs, now: Date.now });
  const collector = await Collector.start({ host, port, allow, queueBytes, files });
  // Before anybody is told that it hears: a signal that follows is a request to stop.
  const stop = () => collector.stop().catch(() => undefined);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  process.stderr.write(`Hearing ${host}, UDP port ${collector.port}; flows go to ${toLine(folder)}.\n`);
  const timer = setInterval(() => tellCounts(collector), COUNTS_EVERY_MS);
  try {
    await collector.ended;
  } catch (error) {
    process.stderr.write(`${drawCounts(await collector.counts())}\n`);
    throw error;
  } finally {
    clearInterval(timer);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, stop);
  }
  return {
    ...(await collector.counts()),
    recordCounts: collector.tally.records,
    problems: collector.tally.problems,
    exporters: [...collector.exporters()].map(reportExporter),
    notes: collector.tally.notes(collector.exporters()),
  };
}

function tellCounts(collector: Collector): void {
  // A count that cannot be read now is told next time.
  collector.counts().then(
    (counts) => process.stderr.write(`${drawCounts(counts)}\n`),
    () => undefined,
  );
}

/** One line of counts. */
export function drawCounts(counts: CollectorCounts): string {
  const { decoded, refused, dropped, foreign, droppedBySystem, lost, flows, files } = counts;
  const system = droppedBySystem === null ? "" : `, ${droppedBySystem} by the system`;
  return `${counted(flows, "flow")} in ${counted(files, "file")}; datagrams: ${decoded} decoded, ${refused} refused, ${foreign} foreign; dropped: ${dropped}${system}; lost before: ${lost.messages} messages, ${lost.records} records`;
}
