import type { ExporterReport } from "../../netflow/index.js";
import { drawTable, toLine } from "../text-table.js";
import type { DecodeSummary } from "./decode-run.js";

const EXPORTERS_SHOWN = 20;
const PLACES_SHOWN = 3;

/** Name of a version: IPFIX says 10. */
export function versionName(version: number | string): string {
  return String(version) === "10" ? "IPFIX" : `NetFlow v${version}`;
}

/** What was decoded, as text for a terminal. */
export function drawDecodeSummary({ messages, recordCounts, exporters, problems, notes, out }: DecodeSummary): string {
  const versions = Object.entries(messages).map(([version, count]) => `${versionName(version)}: ${count}`);
  const { flow, options, other } = recordCounts;
  const lines = [
    `Messages: ${versions.join(", ")}.`,
    `Records: ${flow} flows, ${options} options of exporters, ${other} others.`,
  ];
  for (const [problem, { count, places }] of Object.entries(problems)) {
    if (count === 0) continue;
    lines.push(`Not decoded, ${problem.replaceAll("-", " ")}: ${count}`);
    lines.push(...places.slice(0, PLACES_SHOWN).map((place) => `  ${toLine(place)}`));
    if (count > PLACES_SHOWN) lines.push(`  and ${count - PLACES_SHOWN} more; --json lists the first of them`);
  }
  lines.push(...notes.map((note) => `Note: ${toLine(note)}.`));
  if (out !== null) lines.push(`Wrote ${toLine(out)}.`);
  return `${lines.join("\n")}\n\n${drawExporters(exporters)}`;
}

/** One line an exporter, those with most messages first. */
export function drawExporters(exporters: readonly ExporterReport[]): string {
  const shown = [...exporters].sort((a, b) => b.messages - a.messages).slice(0, EXPORTERS_SHOWN);
  const numeric = (name: string) => ({ name, numeric: true });
  const columns = [{ name: "exporter" }, { name: "version" }];
  const table = drawTable(
    [...columns, ...["domain", "messages", "records", "templates", "lost", "sampling"].map(numeric)],
    shown.map(({ source, version, domain, messages, records, templates, sequence, samplingInterval }) => [
      source,
      versionName(version),
      ...[domain, messages, records, templates.length].map(String),
      `${sequence.lost}${sequence.lost === 0 ? "" : ` ${sequence.unit}`}`,
      samplingInterval === null ? "-" : `1:${samplingInterval}`,
    ]),
  );
  const more = exporters.length - shown.length;
  return more > 0 ? `${table}\nand ${more} more exporters` : table;
}
