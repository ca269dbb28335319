import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Field, fieldUnits, type Kind, kindJsonSchema, kindOf, kinds } from "@flamenco/policies/wire";

/** Where `kinds.md` and the folder `kinds` are. Compiled tests run in `test/dist/support`. */
export const kindPagesDirectory = fileURLToPath(new URL("../../../docs/", import.meta.url));

const PAGE = "kinds.md";
const SCHEMAS = "kinds";

const schemaFile = ({ name }: Kind): string => `${SCHEMAS}/${name.replace("/", "-")}.schema.json`;

function renderField({ name, type, unit, access, meaning, min, max }: Field): string {
  const range = [min === undefined ? "" : `from ${min}`, max === undefined ? "" : `to ${max}`].join(" ").trim();
  return `| \`${name}\` | ${type} | ${unit} | ${range} | ${access} | ${meaning} |`;
}

/** `mosaic/1` has every field of `flow/1`, the same objects; they are not listed again. */
function renderKind(kind: Kind): string {
  const flow = kindOf("flow/1");
  const own = kind === flow ? kind.fields : kind.fields.filter((field) => !flow.fields.includes(field));
  const rest = own.length === kind.fields.length ? "" : `\nThe fields of ${flow.name}, and:\n`;
  return `## ${kind.name}

${kind.title} JSON Schema of a row: [${schemaFile(kind)}](${schemaFile(kind)}).
${rest}
| field | type | unit | range | access | meaning |
|---|---|---|---|---|---|
${own.map(renderField).join("\n")}
`;
}

function renderPage(): string {
  const units = Object.entries(fieldUnits).map(
    ([unit, meaning]) => `| ${unit === "" ? "" : `\`${unit}\``} | ${meaning} |`,
  );
  return `# Kinds

Every dataset is of one kind and has some of its fields; the others are absent, and a labeling function that reads one of them
is refused for that dataset by name. A field that is there may be missing in a row. *Universal* fields mean the same on every
network and may be compared with literals, *ordinary* ones are compared with statistics, *private* ones are readable only where
an operator's policy grants it. Values outside a field's range are out of range, and an import drops their rows and says so.

[Formats](formats.md) says what becomes of the columns of other tools' files, [flow features](flow-features.md) how the flow meter
computes those of a packet capture.

This page and the JSON schemas are made from \`policies/wire/kinds\` by
\`npm run build && node test/dist/support/kind-pages.js --write\`; so are the types that \`flamenco lf init\` gives an author.

| unit | what it is |
|---|---|
${units.join("\n")}

${[...kinds.values()].map(renderKind).join("\n")}`;
}

/** JSON as the formatter of this repository leaves it: short lists on one line. */
function renderSchema(kind: Kind): string {
  const text = JSON.stringify(kindJsonSchema(kind), null, 2);
  return `${text.replaceAll(/\[\s+("\w+"),\s+("\w+")\s+\]/g, "[$1, $2]")}\n`;
}

/** Every file that should be there, by its path within the folder of documents. */
export function renderKindPages(): Map<string, string> {
  const schemas = [...kinds.values()].map((kind) => [schemaFile(kind), renderSchema(kind)] as const);
  return new Map([[PAGE, renderPage()], ...schemas]);
}

/** Paths of files that are missing, stale, or of a kind that does not exist. */
export async function findWrongKindPages(
  directory: string,
): Promise<{ name: string; problem: "missing" | "stale" | "unknown" }[]> {
  const wrong: { name: string; problem: "missing" | "stale" | "unknown" }[] = [];
  const expected = renderKindPages();
  for (const [name, text] of expected) {
    const found = await readFile(join(directory, name), "utf8").catch(() => undefined);
    if (found !== text) wrong.push({ name, problem: found === undefined ? "missing" : "stale" });
  }
  for (const file of await readdir(join(directory, SCHEMAS)).catch(() => [])) {
    if (!expected.has(`${SCHEMAS}/${file}`)) wrong.push({ name: `${SCHEMAS}/${file}`, problem: "unknown" });
  }
  return wrong;
}

/** Make the files exactly those of the kinds. */
export async function writeKindPages(directory: string): Promise<void> {
  for (const [name, text] of renderKindPages()) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  for (const { name, problem } of await findWrongKindPages(directory)) {
    if (problem === "unknown") await rm(join(directory, name));
  }
}

const usage = `Usage: node test/dist/support/kind-pages.js [--write]
Checks docs/kinds.md and the JSON schemas in docs/kinds against the kinds; with --write makes them right.
`;

async function runCommand(args: readonly string[]): Promise<number> {
  if (args.length > 1 || (args[0] !== undefined && args[0] !== "--write")) {
    process.stderr.write(usage);
    return 2;
  }
  if (args[0] === "--write") await writeKindPages(kindPagesDirectory);
  const wrong = await findWrongKindPages(kindPagesDirectory);
  for (const { name, problem } of wrong) process.stderr.write(`docs/${name} is ${problem}\n`);
  return wrong.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href)
  process.exitCode = await runCommand(process.argv.slice(2));
