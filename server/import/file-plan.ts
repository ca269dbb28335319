import { basename } from "node:path";
import { type ErrorDetail, FlamencoError } from "@flamenco/policies/errors";
import {
  type Dialect,
  dialectNames,
  fittingDialect,
  headersOf,
  knownHeaders,
  lackingFields,
  type NumericColumn,
  normalizeHeader,
  type TextColumn,
} from "./dialects/index.js";
import type { Header } from "./file-header.js";
import { importLimits } from "./limits.js";

/** Where the fields of a kind stand in one file. Cell indices count from 0. */
export interface FilePlan {
  readonly dialect: Dialect;
  /** Cells of the header, as the file spells them. */
  readonly header: readonly string[];
  readonly cells: number;
  readonly numeric: readonly { readonly column: NumericColumn; readonly cell: number }[];
  readonly text: readonly { readonly column: TextColumn; readonly cell: number }[];
  readonly time: number | null;
  readonly label: number | null;
  /** Cells in which duplicates agree, or null when the file does not identify its flows. */
  readonly compared: readonly number[] | null;
  /** Columns that are not known, as the header spells them. */
  readonly unknown: readonly string[];
  /** The field that is the same in every row of the file, its name without its endings; null where the rows say all. */
  readonly stem: { readonly field: string; readonly value: string } | null;
}

/**
 * Find a dialect's columns in a header.
 * @param candidates one dialect, or all that may be detected.
 * @throws FLM_IMPORT_DIALECT when none fits; FLM_IMPORT_HEADER when one does, but columns lack or stand twice.
 */
export function planFile(headerOf: Header, candidates: readonly Dialect[], file: string): FilePlan {
  const namesOf = (candidate: Dialect) => headerOf(candidate).map(normalizeHeader);
  const dialect = fittingDialect(namesOf, candidates);
  if (dialect === undefined || headerOf(dialect).length > importLimits.columns) {
    // The first line may be a row: nothing of it is repeated here.
    throw new FlamencoError(
      "FLM_IMPORT_DIALECT",
      `The first line of ${file} is not the header of a known dialect (${dialectNames.slice(1).join(", ")}).`,
    );
  }
  const names = namesOf(dialect);
  const problems = [
    ...lackingFields(dialect, names).map((field) => ({
      at: file,
      message: `the column ${JSON.stringify(headersOf(dialect, field)[0])} is missing`,
    })),
    ...repeatedColumns(names, dialect, file),
  ];
  if (problems.length > 0) {
    throw new FlamencoError("FLM_IMPORT_HEADER", `The header of ${file} is not that of the dialect ${dialect.name}.`, {
      details: problems,
    });
  }
  return makePlan(headerOf(dialect), names, dialect, file);
}

function makePlan(header: readonly string[], names: readonly string[], dialect: Dialect, file: string): FilePlan {
  const cellOf = (headers: readonly string[]) => names.findIndex((name) => headers.includes(name));
  const place = <T extends { readonly headers: readonly string[] }>(columns: readonly T[]) =>
    columns.map((column) => ({ column, cell: cellOf(column.headers) })).filter(({ cell }) => cell !== -1);
  const orNull = (cell: number) => (cell === -1 ? null : cell);
  const time = orNull(cellOf(dialect.time.headers));
  const identified = time !== null && cellOf(dialect.identity) !== -1;
  const known = knownHeaders(dialect);
  return {
    dialect,
    header,
    cells: header.length,
    numeric: place(dialect.numeric),
    text: place(dialect.text),
    time,
    label: orNull(cellOf(dialect.label)),
    compared: identified
      ? [...names.keys()].filter((cell) => !dialect.rowNumbers.includes(names[cell] as string))
      : null,
    unknown: header.filter((_, cell) => !known.has(names[cell] as string)).map((name) => name.trim()),
    stem: dialect.stemField === undefined ? null : { field: dialect.stemField, value: stemOf(file) },
  };
}

/** Two columns that would be one field: nothing tells which is meant, except where releases are known to repeat one. */
function repeatedColumns(names: readonly string[], dialect: Dialect, file: string): ErrorDetail[] {
  const groups = [...dialect.numeric, ...dialect.text, dialect.time, { headers: dialect.label }].map(
    ({ headers }) => headers,
  );
  const groupOf = (name: string) => groups.find((headers) => headers.includes(name))?.[0] ?? name;
  const first = new Map<string, number>();
  const problems: ErrorDetail[] = [];
  names.forEach((name, cell) => {
    const group = groupOf(name);
    const earlier = first.get(group);
    if (earlier === undefined) first.set(group, cell);
    else if (!dialect.repeated.includes(name)) {
      problems.push({ at: file, message: `columns ${earlier + 1} and ${cell + 1} are both ${JSON.stringify(group)}` });
    }
  });
  return problems;
}

/** `17603` of `traces/17603.csv.gz`. */
function stemOf(path: string): string {
  return basename(path).replace(/(?<=.)\.[^.]+(\.gz)?$/, "");
}
