import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type ErrorEntry, errorTable } from "@flamenco/policies/errors";

/** Where the pages are. Compiled tests run in `test/dist/support`. */
export const errorPagesDirectory = fileURLToPath(new URL("../../../docs/errors/", import.meta.url));

const INDEX = "README.md";

/** One page of `docs/errors`: what the code means, what to do, what a service answers. */
export function renderErrorPage(code: string, { status, meaning, remedy }: ErrorEntry): string {
  return `# ${code}

${meaning}

**What to do.** ${remedy}

HTTP status: ${status}.
`;
}

function renderIndex(): string {
  const rows = Object.entries(errorTable).map(([code, { meaning }]) => `| [${code}](${code}.md) | ${meaning} |`);
  return `# Error codes

Every failure has a code that never changes its meaning: in \`--json\` output, in HTTP answers, in the reports of runs. These
pages are made from \`policies/errors/error-table.ts\` by \`npm run build && node test/dist/support/error-pages.js --write\`.

| code | what happened |
|---|---|
${rows.join("\n")}
`;
}

/** Every page that should be there, by file name. */
export function renderErrorPages(): Map<string, string> {
  const pages = new Map(
    Object.entries(errorTable).map(([code, entry]) => [`${code}.md`, renderErrorPage(code, entry)]),
  );
  return pages.set(INDEX, renderIndex());
}

/** Names of pages that are missing, stale, or of a code that does not exist. */
export async function findWrongPages(
  directory: string,
): Promise<{ name: string; problem: "missing" | "stale" | "unknown" }[]> {
  const expected = renderErrorPages();
  const present = new Set(await readdir(directory).catch(() => []));
  const wrong: { name: string; problem: "missing" | "stale" | "unknown" }[] = [];
  for (const [name, text] of expected) {
    if (!present.has(name)) wrong.push({ name, problem: "missing" });
    else if ((await readFile(join(directory, name), "utf8")) !== text) wrong.push({ name, problem: "stale" });
  }
  for (const name of present) if (!expected.has(name)) wrong.push({ name, problem: "unknown" });
  return wrong;
}

/** Make the folder hold exactly the pages of the table. */
export async function writeErrorPages(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of renderErrorPages()) await writeFile(join(directory, name), text);
  for (const { name, problem } of await findWrongPages(directory)) {
    if (problem === "unknown") await rm(join(directory, name));
  }
}

const usage = `Usage: node test/dist/support/error-pages.js [--write]
Checks docs/errors against the table of error codes; with --write makes it right.
`;

async function runCommand(args: readonly string[]): Promise<number> {
  if (args.length > 1 || (args[0] !== undefined && args[0] !== "--write")) {
    process.stderr.write(usage);
    return 2;
  }
  if (args[0] === "--write") await writeErrorPages(errorPagesDirectory);
  const wrong = await findWrongPages(errorPagesDirectory);
  for (const { name, problem } of wrong) process.stderr.write(`docs/errors/${name} is ${problem}\n`);
  return wrong.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href)
  process.exitCode = await runCommand(process.argv.slice(2));
