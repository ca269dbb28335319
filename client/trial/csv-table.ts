import type { LfRow } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { type DatasetStatistics, type Field, fieldOf, type Kind, type LocalKind } from "@flamenco/policies/wire";
import { toLine } from "../terminal/index.js";
import { readCsv } from "./csv-file.js";
import { type Table, TableBuilder, tableFields } from "./table.js";

export interface CsvTableOptions {
  readonly path: string;
  readonly kind: Kind;
  /** When the kind is that of the author's own table: which column each field is, and what its labels are called there. */
  readonly local?: LocalKind | undefined;
  readonly labels: readonly string[];
  /** Fields that the labeling functions read, themselves or as a statistic; the others are passed over. */
  readonly fields: ReadonlySet<string>;
  /** Column with the author's own labels. */
  readonly labelsColumn?: string | undefined;
  /** Instead of the file's own. */
  readonly statistics?: DatasetStatistics | undefined;
}

/** Names that CICFlowMeter and its releases use and no kind does, without blanks and case. */
const cicNames: ReadonlySet<string> = new Set([
  "flowduration",
  "totfwdpkts",
  "totalfwdpackets",
  "fwdpktlenmax",
  "fwdpacketlengthmax",
  "flowiatmean",
  "flowbyts/s",
  "flowbytes/s",
]);

/**
 * A CSV file in the kind's own field names, or in the columns of a local kind, as a table. Empty cells, `NaN` and `null` are
 * missing values.
 * @throws FLM_SCHEMA at `file:line` for a header or line that is wrong (never quoting a cell), FLM_FIELD_MISSING,
 *   FLM_TOO_LARGE, FLM_FILE_UNREADABLE
 */
export async function readCsvTable(options: CsvTableOptions): Promise<Table> {
  const { path, kind, local, labels, labelsColumn } = options;
  const labelOfCell = new Map(local?.labels.map(({ cell, label }) => [cell, label]));
  let header: readonly string[] | undefined;
  let builder: TableBuilder | undefined;
  let used: readonly (readonly [index: number, field: Field])[] = [];
  let labelIndex = -1;
  let leftOut: string[] = [];
  for await (const { line, cells } of readCsv(path)) {
    if (header === undefined || builder === undefined) {
      header = nameHeader(cells, options);
      leftOut = checkHeader(header, options);
      const known = header;
      const fields = tableFields(kind, options.fields, (name) => known.includes(name) && name !== labelsColumn, path);
      builder = new TableBuilder(fields);
      used = fields.map((field) => [known.indexOf(field.name), field] as const);
      labelIndex = labelsColumn === undefined ? -1 : known.indexOf(labelsColumn);
      continue;
    }
    if (cells.length !== header.length) {
      const message = `${path}:${line} has ${cells.length} cells; the header has ${header.length}.`;
      throw new FlamencoError("FLM_SCHEMA", message);
    }
    const row: Record<string, LfRow[string]> = {};
    for (const [index, field] of used) row[field.name] = readCell(cells[index] ?? "", field, `${path}:${line}`);
    const label = (cells[labelIndex] ?? "").trim();
    builder.add(row, line, labelIndex < 0 ? undefined : labels.indexOf(labelOfCell.get(label) ?? label));
  }
  const table = builder?.finish(options.statistics, leftOut);
  if (table === undefined || table.rows === 0) throw new FlamencoError("FLM_SCHEMA", `${path} holds no row.`);
  if (table.truth?.every((label) => label < 0)) {
    const message = `No row of ${path} has one of the labels ${labels.join(", ")} in the column of --labels-column.`;
    throw new FlamencoError("FLM_SCHEMA", message);
  }
  return table;
}

/** Names of the columns as fields; other columns of an author's own table have none. */
function nameHeader(cells: readonly string[], { local, labelsColumn }: CsvTableOptions): string[] {
  const names = cells.map((cell) => cell.trim());
  if (local === undefined) return names;
  const fieldOfColumn = new Map(local.fields.map(({ column, name }) => [column.trim(), name]));
  return names.map((name) => (name === labelsColumn ? name : (fieldOfColumn.get(name) ?? "")));
}

/** @returns names of columns that are no field of the kind: they are left out. */
function checkHeader(header: readonly string[], { path, kind, local, labelsColumn }: CsvTableOptions): string[] {
  const isPassedOver = (name: string) => local !== undefined && name === "";
  const unknown = header.filter(
    (name) => !isPassedOver(name) && name !== labelsColumn && fieldOf(kind, name) === undefined,
  );
  if (unknown.some((name) => cicNames.has(name.replace(/ /g, "").toLowerCase()))) {
    const message = `${path} has CICFlowMeter's column names and units. Import it on a node with \`flamenco dataset add\`, or rename its columns to the fields of ${kind.name} (seconds, not microseconds).`;
    throw new FlamencoError("FLM_SCHEMA", message);
  }
  const repeated = header.find((name, index) => !isPassedOver(name) && header.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `${path}:1 has the column ${quote(repeated)} twice.`);
  }
  if (labelsColumn !== undefined && !header.includes(labelsColumn)) {
    throw new FlamencoError("FLM_SCHEMA", `${path}:1 has no column ${quote(labelsColumn)} (--labels-column).`);
  }
  return unknown;
}

function quote(name: string): string {
  return JSON.stringify(toLine(name, 60));
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const booleans: Readonly<Record<string, boolean>> = Object.freeze({ true: true, false: false, 1: true, 0: false });

function readCell(cell: string, { name, type }: Field, place: string): LfRow[string] {
  const text = cell.trim();
  if (text === "" || text === "null" || /^nan$/i.test(text)) return null;
  if (type === "category") return text;
  if (type === "boolean") {
    const word = text.toLowerCase();
    const value = Object.hasOwn(booleans, word) ? booleans[word] : undefined;
    if (value !== undefined) return value;
    throw new FlamencoError("FLM_SCHEMA", `${place} ${name} is not true, false, 1 or 0.`);
  }
  const value = number.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new FlamencoError("FLM_SCHEMA", `${place} ${name} is not a finite number.`);
  return value;
}
