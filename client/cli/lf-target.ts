import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import {
  type Kind,
  kindOf,
  type LocalKind,
  localKindName,
  Name,
  type PackageDescription,
  parseDocument,
  type SourceFile,
} from "@flamenco/policies/wire";
import type { Command } from "commander";
import { codeOf } from "../keys/index.js";
import {
  DESCRIPTION_FILE,
  LOCAL_KIND_FILE,
  readLocalKind,
  readPackageFolder,
  readSourceFile,
  readSources,
} from "../signing/index.js";
import { splitList } from "./common-options.js";

export interface LfTargetOptions {
  readonly kind?: string;
  readonly labels?: string;
}

/** Sources on this machine and what they are verified against. */
export interface LfTarget {
  readonly files: readonly SourceFile[];
  readonly isFolder: boolean;
  readonly kind: Kind;
  /** Columns of the author's own table, when the kind is that of one. */
  readonly local: LocalKind | undefined;
  readonly labels: readonly string[];
  readonly description: PackageDescription | undefined;
}

const DEFAULT_KIND = "flow/1";
const DEFAULT_LABELS = ["benign", "attack"] as const;

export function addLfTargetOptions(command: Command): Command {
  return command
    .option("--kind <kind>", `kind of rows (default: that of ${DESCRIPTION_FILE}, else ${DEFAULT_KIND})`)
    .option(
      "--labels <list>",
      `labels of the task, in order (default: those of ${DESCRIPTION_FILE}, else ${DEFAULT_LABELS.join(",")})`,
    );
}

/**
 * Read a file or a folder of labeling functions. Kind and labels come from the options, else from the `flamenco.json` of
 * the folder or beside the file, else they are the defaults.
 * @throws FLM_FILE_UNREADABLE, FLM_PACKAGE_FORMAT, FLM_TOO_LARGE, FLM_SCHEMA
 */
export async function readLfTarget(path: string, options: LfTargetOptions): Promise<LfTarget> {
  const kindName = options.kind;
  const labels =
    options.labels === undefined
      ? undefined
      : splitList(options.labels).map((label) => parseDocument(Name, label, "label"));
  const isFolder = await isDirectory(path);
  const folder = isFolder ? path : dirname(path);
  const described = await isPresent(join(folder, DESCRIPTION_FILE));
  const needsDescription = described && (isFolder || kindName === undefined || labels === undefined);
  const opened = needsDescription ? await readPackageFolder(folder) : undefined;
  const files = isFolder
    ? (opened?.files ?? (await readSources(folder)))
    : [{ path: basename(path), text: await readSourceFile(path) }];
  if (!files.some((file) => file.path.endsWith(".ts"))) {
    throw new FlamencoError("FLM_LF_EMPTY", `${path} holds no TypeScript file, so no labeling function.`);
  }
  const name = kindName ?? opened?.description.kind ?? DEFAULT_KIND;
  const own =
    name === localKindName || (await isPresent(join(folder, LOCAL_KIND_FILE)))
      ? await readLocalKind(folder)
      : undefined;
  const local = own?.local.name === name ? own.local : undefined;
  return {
    files,
    isFolder,
    kind: local === undefined || own === undefined ? kindOf(name) : own.kind,
    local,
    labels: labels ?? opened?.description.task.labels ?? DEFAULT_LABELS,
    description: opened?.description,
  };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const reason = codeOf(cause) === "ENOENT" ? "does not exist" : `cannot be read (${codeOf(cause)})`;
    throw new FlamencoError("FLM_FILE_UNREADABLE", `${path} ${reason}.`, { cause });
  }
}

async function isPresent(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
