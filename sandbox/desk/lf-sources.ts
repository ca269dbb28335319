import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type VerifiedLf, verifyFile } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import {
  type Kind,
  kindOf,
  type LocalKind,
  localKindName,
  Name,
  openLocalKind,
  PackageDescription,
  parseDocument,
} from "@flamenco/policies/wire";
import { deskLimits } from "./limits.js";
import { toLine } from "./text-table.js";

/** Verified LFs of a file or folder, and what they are about. */
export interface LfSources {
  readonly kind: Kind;
  /** Columns and cells of a table of one's own (`lf generate`). */
  readonly local: LocalKind | undefined;
  readonly labels: readonly string[];
  readonly positive: string;
  readonly lfs: readonly { readonly name: string; readonly verified: VerifiedLf }[];
}

export interface LfSourceOptions {
  readonly kind?: string;
  readonly labels?: string;
}

const DEFAULT_KIND = "flow/1";
const DEFAULT_LABELS: readonly string[] = ["benign", "attack"];

/**
 * Read and verify the LFs of a file or of a folder, which may be a package. Kind and labels come from the options, else from the
 * `flamenco.json` there, else they are `flow/1` and `benign,attack`. Nothing of the LFs is run as JavaScript.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA, FLM_LF_REFUSED with each place in the details, FLM_LF_EMPTY
 */
export async function readLfSources(path: string, options: LfSourceOptions): Promise<LfSources> {
  const isFolder = await isDirectory(path);
  const folder = isFolder ? path : dirname(path);
  const described = await readOptionalJson(join(folder, "flamenco.json"));
  const description =
    described === undefined
      ? undefined
      : parseDocument(PackageDescription, described, `flamenco.json of ${toLine(folder)}`);
  const kindName = options.kind ?? description?.kind ?? DEFAULT_KIND;
  const own = kindName === localKindName ? openLocalKind(await readOptionalJson(join(folder, "kind.json"))) : undefined;
  const kind = own?.kind ?? kindOf(kindName);
  const labels = parseLabels(options.labels) ?? description?.task.labels ?? DEFAULT_LABELS;
  const files = isFolder ? await listSources(folder) : [basename(path)];
  const lfs: { name: string; verified: VerifiedLf }[] = [];
  const details: { at: string; message: string }[] = [];
  for (const file of files) {
    const found = verifyFile(await readSmallText(join(folder, file)), { kind, labels, path: file });
    lfs.push(...found.lfs.map((verified) => ({ name: verified.name, verified })));
    details.push(
      ...found.refusals.map(({ line, column, code, message }) => ({
        at: `${file}:${line}:${column}`,
        message: `${code}: ${message}`,
      })),
    );
  }
  if (details.length > 0) {
    throw new FlamencoError("FLM_LF_REFUSED", "A labeling function was refused; `flamenco lf check` shows where.", {
      details,
    });
  }
  if (lfs.length === 0) throw new FlamencoError("FLM_LF_EMPTY", `${toLine(path)} holds no labeling function.`);
  if (new Set(lfs.map(({ name }) => name)).size < lfs.length) {
    throw new FlamencoError("FLM_PACKAGE_FORMAT", `${toLine(path)} has two labeling functions of one name.`);
  }
  const positive = description?.task.positive;
  return {
    kind,
    local: own?.local,
    labels,
    positive: positive !== undefined && labels.includes(positive) ? positive : (labels[1] ?? ""),
    lfs,
  };
}

function parseLabels(text: string | undefined): string[] | undefined {
  const labels = text?.split(",").map((part) => parseDocument(Name, part.trim(), "label"));
  if (labels !== undefined && (labels.length < 2 || labels.length > 8 || new Set(labels).size < labels.length)) {
    throw new FlamencoError("FLM_USAGE", "--labels takes 2 to 8 different names, separated by commas.");
  }
  return labels;
}

async function listSources(folder: string): Promise<string[]> {
  const entries = await guard(folder, () => readdir(folder));
  const names = entries.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort();
  if (names.length > deskLimits.sourceFiles) {
    throw new FlamencoError("FLM_TOO_LARGE", `${toLine(folder)} holds more than ${deskLimits.sourceFiles} sources.`);
  }
  return names;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await guard(path, () => lstat(path))).isDirectory();
}

async function guard<Result>(path: string, look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (cause) {
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} cannot be read.`, { cause });
  }
}

/** Undefined when there is no such file. */
async function readOptionalJson(path: string): Promise<unknown> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const text = await readSmallText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not valid JSON.`, { cause });
  }
}

async function readSmallText(path: string): Promise<string> {
  const found = await guard(path, () => lstat(path));
  if (!found.isFile()) throw new FlamencoError("FLM_FILE_UNREADABLE", `${toLine(path)} is not a plain file.`);
  if (found.size > deskLimits.sourceBytes) {
    throw new FlamencoError("FLM_TOO_LARGE", `${toLine(path)} has more than ${deskLimits.sourceBytes} bytes.`);
  }
  return guard(path, () => readFile(path, "utf8"));
}
