import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fieldOf, kindOf } from "@flamenco/policies/wire";
import { type Dialect, dialects, remarkOf, timeFormTitles } from "@flamenco/server/import/dialects";

/** Where the page is. Compiled tests run in `test/dist/support`. */
export const formatPagePath = fileURLToPath(new URL("../../../docs/formats.md", import.meta.url));

const BEGIN = "<!-- dialects: begin -->";
const END = "<!-- dialects: end -->";

const delimiters: Readonly<Record<string, string>> = { ",": "commas", "\t": "tabs", ";": "semicolons" };

/** Vertical bars would end a cell. */
const cell = (text: string) => text.replaceAll("|", "\\|");
const spellings = (headers: readonly string[]) =>
  headers.map((name) => (name === "" ? "(empty)" : `\`${name}\``)).join(", ");

function rowsOf(dialect: Dialect): string[] {
  const kind = kindOf(dialect.kind);
  const row = (headers: readonly string[], field: string, remark: string) =>
    `| ${spellings(headers)} | \`${field}\` | ${fieldOf(kind, field)?.unit ?? ""} | ${cell(remark)} |`;
  const { time } = dialect;
  return [
    row(time.headers, time.field, time.forms.map((form) => timeFormTitles[form]).join(", or ")),
    ...dialect.text.map(({ field, headers }) => row(headers, field, "text")),
    ...dialect.numeric.map((column) => row(column.headers, column.field, remarkOf(dialect, column))),
    ...dialect.computed
      .filter(({ field }) => !dialect.numeric.some((column) => column.field === field))
      .map(
        ({ field, from }) => `| | \`${field}\` | ${fieldOf(kind, field)?.unit ?? ""} | made of ${from.join(", ")} |`,
      ),
    ...(dialect.stemField === undefined
      ? []
      : [`| | \`${dialect.stemField}\` | | the file's name without its endings |`]),
  ];
}

/** Reasons for leaving columns out, each with its columns. */
function unusedOf(dialect: Dialect): string[] {
  const byReason = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(dialect.unused)) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `- ${spellings(names)}: ${reason}`);
}

function renderDialect(dialect: Dialect): string {
  const parts = [
    `### ${dialect.name}: ${dialect.title}`,
    `Kind [${dialect.kind}](kinds.md). Cells between ${delimiters[dialect.delimiter]}.`,
    ...(dialect.label.length === 0 ? [] : [`Ground truth: ${spellings(dialect.label)}.`]),
    ...dialect.notes,
  ];
  // A table of the kind's own names would repeat the page of kinds.
  if (dialect.required.length === 0) return `${parts.join("\n\n")}\n`;
  const table = ["| column | field | unit | how cells are read |", "|---|---|---|---|", ...rowsOf(dialect)].join("\n");
  const unused = unusedOf(dialect);
  return `${[...parts, table, ...(unused.length === 0 ? [] : ["Columns that no field is made of:", unused.join("\n")])].join("\n\n")}\n`;
}

/** The part of the page that is made from the tables of dialects. */
export function renderDialects(): string {
  return `${BEGIN}\n\n${dialects.map(renderDialect).join("\n")}\n${END}`;
}

/** The page with that part as it should be. */
export function withDialects(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new RangeError(`the page has no part between ${BEGIN} and ${END}`);
  return page.slice(0, begin) + renderDialects() + page.slice(end + END.length);
}

const invoked = process.argv[1];
if (invoked !== undefined && import.meta.url === pathToFileURL(resolve(invoked)).href) {
  const page = await readFile(formatPagePath, "utf8");
  if (process.argv.includes("--write")) await writeFile(formatPagePath, withDialects(page));
  else if (withDialects(page) !== page) throw new Error("docs/formats.md is stale: run with --write");
}
