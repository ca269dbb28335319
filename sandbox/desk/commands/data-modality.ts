import { Command } from "commander";
import { drawModality } from "../../plots/index.js";
import { detectModes, findSegments, type Modality, rangeOfModes, thinCurve } from "../../preprocess/index.js";
import { answer } from "../answer.js";
import { cellsOf, type DataTable, readDataTable } from "../data-table.js";
import { drawTable } from "../text-table.js";
import { addWhereOption, numbersAt, readNames, readNumberOption, selectedRows } from "./data-options.js";
import { writePlot } from "./data-plot.js";

interface ModalityOptions {
  readonly column: string;
  readonly by?: string;
  readonly minPeak: string;
  readonly bandwidth?: string;
  readonly unit?: string;
  readonly title?: string;
  readonly where?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** `flamenco data modality`: peaks of a column's density, and where to split between them. */
export function dataModalityCommand(): Command {
  const command = new Command("modality")
    .summary("find the modes of a column and where to split between them")
    .description(
      "Find the peaks of a column's kernel density and the lowest points between them (Gaussian kernels, Silverman's bandwidth). A peak counts when it has a tenth of the highest one's height and its valley is deeper than chance digs.",
    )
    .argument("<file>", "CSV file with a heading line, gzip or not")
    .requiredOption("--column <name>", "column of numbers")
    .option("--by <columns>", "each group of equal cells by itself, for example source,destination")
    .option("--min-peak <share>", "height that a peak must have, as a share of the highest", "0.1")
    .option("--bandwidth <width>", "in the column's unit, instead of Silverman's")
    .option("--svg <file>", "draw histogram, density, modes and splits")
    .option("--unit <text>", "unit to write at the plot's axis")
    .option("--title <text>", "above the plot (default: the column)")
    .option("--json", "answer with one JSON document on standard output");
  addWhereOption(command).addHelpText(
    "after",
    `
Examples:
  $ flamenco data modality rtt.csv --column rttMs --svg modes.svg --unit ms
  $ flamenco data modality rtt.csv --column rttMs --by source,destination --json
  $ flamenco data modality series.csv --column rtt --where "rtt > 0" --min-peak 0.05
`,
  );
  return command.action(async (path: string) => showModality(path, command.opts<ModalityOptions>()));
}

interface Group {
  /** Cells of the `--by` columns. */
  readonly key: readonly string[];
  readonly values: Float64Array;
  readonly modality: Modality;
}

async function showModality(path: string, options: ModalityOptions): Promise<void> {
  const minPeak = readNumberOption(options.minPeak, "--min-peak", { least: 1e-6, most: 1 });
  const width =
    options.bandwidth === undefined
      ? {}
      : { bandwidth: readNumberOption(options.bandwidth, "--bandwidth", { least: 1e-9 }) };
  const table = await readDataTable(path);
  const rows = selectedRows(table, options.where);
  const by = readNames(options.by);
  const found = groupValues(numbersAt(table, options.column, rows), table, by, rows);
  // A pair without two answers has no distribution; a whole column without them is an error.
  const kept = by.length === 0 ? found : found.filter(({ values }) => values.filter(Number.isFinite).length > 1);
  const groups = kept.map((group): Group => ({ ...group, modality: detectModes(group.values, { minPeak, ...width }) }));
  const { column, unit = "", title = column } = options;
  if (options.svg !== undefined && groups.length > 0) {
    const { values, modality } = groups.reduce((most, group) =>
      group.modality.values > most.modality.values ? group : most,
    );
    await writePlot(options.svg, drawModality({ values, modality, column, unit, title, minPeak }));
  }
  const document = describeGroups(column, groups, found.length - kept.length);
  answer(options.json === true, document, () => renderGroups(by, groups, document));
}

function groupValues(
  values: Float64Array,
  table: DataTable,
  by: readonly string[],
  rows: Int32Array,
): Pick<Group, "key" | "values">[] {
  const columns = by.map((name) => {
    const cells = cellsOf(table, name);
    return Array.from(rows, (row) => cells[row]!);
  });
  const { codes, keys } = findSegments(columns, rows.length);
  const members = keys.map((): number[] => []);
  for (let row = 0; row < codes.length; row++) members[codes[row]!]!.push(values[row]!);
  return keys.map((key, code) => ({ key, values: Float64Array.from(members[code]!) }));
}

/** Points of a curve in a document. */
const CURVE_CELLS = 256;

function describeGroups(column: string, groups: readonly Group[], skippedGroups: number) {
  return {
    column,
    skippedGroups,
    groups: groups.map(({ key, values, modality }) => {
      const { modes, splits, curve, ...counts } = modality;
      return {
        key,
        ...counts,
        bandwidth: curve?.bandwidth ?? null,
        // A constant's density is infinite, which JSON has no number for.
        modes: modes.map((mode) => ({ ...mode, height: Number.isFinite(mode.height) ? mode.height : null })),
        splits: [...splits],
        curve: curve === null ? [] : thinCurve(curve, rangeOfModes(values, modality), CURVE_CELLS),
      };
    }),
  };
}

function renderGroups(
  by: readonly string[],
  groups: readonly Group[],
  document: ReturnType<typeof describeGroups>,
): string {
  const lines = groups.flatMap(({ key, modality }) =>
    modality.modes.map(({ at, low, high, values }, index) => [
      ...(index === 0 ? key : key.map(() => "")),
      String(index + 1),
      ...[at, low, high].map((value) => String(Number(value.toPrecision(7)))),
      String(values),
      index === 0 ? "" : String(Number(modality.splits[index - 1]!.toPrecision(7))),
    ]),
  );
  const headings = ["mode", "at", "lowest", "highest", "values", "split below"].map((name) => ({
    name,
    numeric: true,
  }));
  const several = groups.filter(({ modality }) => modality.modes.length > 1).length;
  const groupsLine = by.length === 0 ? [] : [`${groups.length} groups, ${several} of them with more than one mode.`];
  const skipped = document.skippedGroups === 0 ? [] : [`${document.skippedGroups} groups have fewer than two values.`];
  const missing = groups.reduce((sum, { modality }) => sum + modality.missing + modality.infinite, 0);
  const left = missing === 0 ? [] : [`${missing} missing or infinite values were left out.`];
  return [drawTable([...by.map((name) => ({ name })), ...headings], lines), ...groupsLine, ...skipped, ...left].join(
    "\n",
  );
}
