import type { Dirent } from "node:fs";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorDetail, FlamencoError } from "@flamenco/policies/errors";
import {
  type Kind,
  type LocalKind,
  openLocalKind,
  PackageDescription,
  parseDocument,
  type SourceFile,
  SourcePath,
} from "@flamenco/policies/wire";
import { codeOf } from "../keys/index.js";
import { limits } from "../limits.js";
import { parseStrictJson } from "./strict-json.js";

/** A package as its author keeps it: what it says of itself, and its sources in the order of their paths. */
export interface PackageFolder {
  readonly description: PackageDescription;
  readonly files: readonly SourceFile[];
}

export const DESCRIPTION_FILE = "flamenco.json";
/** Which columns of somebody's own table the fields are, beside the sources that `lf generate` wrote for it. */
export const LOCAL_KIND_FILE = "kind.json";
/** For the author's editor, tests and table only; never part of a package. */
const NOT_PACKED: ReadonlySet<string> = new Set([
  DESCRIPTION_FILE,
  LOCAL_KIND_FILE,
  "lfs.test.json",
  "tsconfig.json",
  "node_modules",
]);

const isSkipped = (name: string) => name.startsWith(".") || name.endsWith(".d.ts") || NOT_PACKED.has(name);

/**
 * Read a package folder: `flamenco.json` and every `.ts` and `.md` beside it or one folder deeper. What is for the editor
 * and the author's tests (`*.d.ts`, `tsconfig.json`, `lfs.test.json`, `kind.json`) and hidden files are left out; anything else is refused, so that nothing an author
 * believes to be published is silently missing, and no link can pull in a file from elsewhere.
 * @throws FLM_PACKAGE_FORMAT listing every offending file, FLM_SCHEMA for `flamenco.json`, FLM_TOO_LARGE, FLM_FILE_UNREADABLE
 */
export async function readPackageFolder(folder: string): Promise<PackageFolder> {
  const text = await readText(join(folder, DESCRIPTION_FILE), limits.descriptionBytes, () =>
    missingDescription(folder),
  );
  const description = parseDocument(PackageDescription, parseStrictJson(text, DESCRIPTION_FILE), DESCRIPTION_FILE);
  const files = await readSources(folder);
  if (!files.some(({ path }) => path.endsWith(".ts"))) {
    throw new FlamencoError("FLM_PACKAGE_FORMAT", `${folder} holds no TypeScript file, so no labeling function.`);
  }
  return { description, files };
}

/** As `readPackageFolder`, without `flamenco.json`: the sources alone. */
export async function readSources(folder: string): Promise<SourceFile[]> {
  const { paths, problems } = await findSources(folder);
  if (problems.length > 0) {
    const list = problems.map(({ at, message }) => `${at} ${message}`).join("; ");
    throw new FlamencoError("FLM_PACKAGE_FORMAT", `The folder cannot be packed: ${list}.`, { details: problems });
  }
  const files: SourceFile[] = [];
  for (const path of paths) {
    files.push({ path: packedPath(path), text: await readText(join(folder, path), limits.sourceBytes) });
  }
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * The local kind of a package folder.
 * @throws FLM_PACKAGE_FORMAT when it has none, FLM_SCHEMA, FLM_TOO_LARGE, FLM_FILE_UNREADABLE
 */
export async function readLocalKind(folder: string): Promise<{ readonly local: LocalKind; readonly kind: Kind }> {
  const text = await readText(
    join(folder, LOCAL_KIND_FILE),
    limits.localKindBytes,
    () => new FlamencoError("FLM_PACKAGE_FORMAT", `${folder} has no ${LOCAL_KIND_FILE}, which its kind needs.`),
  );
  return openLocalKind(parseStrictJson(text, LOCAL_KIND_FILE));
}

/** One source outside a package folder. */
export async function readSourceFile(path: string): Promise<string> {
  return readText(path, limits.sourceBytes);
}

/** Paths in a package are lower-case; the one name that is written in capitals everywhere is let through. */
function packedPath(path: string): string {
  return path === "README.md" ? "readme.md" : path;
}

async function findSources(folder: string): Promise<{ paths: string[]; problems: ErrorDetail[] }> {
  const paths: string[] = [];
  const problems: ErrorDetail[] = [];
  let looked = 0;
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of await readFolder(join(folder, prefix))) {
      if (isSkipped(entry.name)) continue;
      looked += 1;
      if (looked > limits.folderEntries) {
        throw new FlamencoError(
          "FLM_TOO_LARGE",
          `${folder} holds more than ${limits.folderEntries} entries; is it a package?`,
        );
      }
      const path = prefix + entry.name;
      if (entry.isSymbolicLink()) problems.push({ at: path, message: "is a symbolic link" });
      else if (entry.isDirectory() && prefix === "") await visit(`${entry.name}/`);
      else if (entry.isDirectory()) problems.push({ at: path, message: "is more than one folder deep" });
      else if (!entry.isFile()) problems.push({ at: path, message: "is not a plain file" });
      else if (!isSourcePath(packedPath(path))) {
        problems.push({
          at: path,
          message: "is not a name of a source (lower-case letters, digits and hyphens, then .ts or .md)",
        });
      } else paths.push(path);
    }
  };
  await visit("");
  if (paths.length > limits.sourceFiles) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `${folder} holds ${paths.length} sources; a package has at most ${limits.sourceFiles}.`,
    );
  }
  if (paths.includes("README.md") && paths.includes("readme.md")) {
    problems.push({ at: "README.md", message: "stands beside readme.md, which is the same name in a package" });
  }
  return { paths, problems: problems.sort((one, other) => (one.at < other.at ? -1 : 1)) };
}

function isSourcePath(path: string): boolean {
  try {
    parseDocument(SourcePath, path, "path");
    return true;
  } catch {
    return false;
  }
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The folder ${folder} cannot be read (${codeOf(cause)}).`, {
      cause,
    });
  }
}

function missingDescription(folder: string): FlamencoError {
  return new FlamencoError(
    "FLM_PACKAGE_FORMAT",
    `${folder} is not a package: it has no ${DESCRIPTION_FILE}. \`flamenco lf init\` makes one.`,
  );
}

/** Read UTF-8 text; the size is checked on the open file, so that it cannot grow between the check and the reading. */
async function readText(path: string, maxBytes: number, onMissing?: () => FlamencoError): Promise<string> {
  let bytes: Buffer;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      if (!(await file.stat()).isFile()) throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} is not a plain file.`);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    if (codeOf(cause) === "ENOENT" && onMissing !== undefined) throw onMissing();
    const reason =
      { ENOENT: "does not exist", ELOOP: "is a symbolic link" }[codeOf(cause)] ?? `cannot be read (${codeOf(cause)})`;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} ${reason}.`, { cause });
  }
  if (bytes.length > maxBytes) {
    throw new FlamencoError("FLM_TOO_LARGE", `${path} is larger than ${maxBytes / 1024} KiB.`);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // falls through to the coded error
  }
  throw new FlamencoError("FLM_PACKAGE_FORMAT", `${path} is not text (UTF-8).`);
}
