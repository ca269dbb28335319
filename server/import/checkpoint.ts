import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import { sha256 } from "@flamenco/policies/trust";
import { syncPath, writeDurably } from "../datasets/index.js";
import type { AccountState } from "./account.js";
import type { FilePlan } from "./file-plan.js";
import { importLimits } from "./limits.js";
import type { RowSchema } from "./row-schema.js";
import type { StagedFile } from "./staged-rows.js";

/** All that an import knows after its first files, beside their staged rows. */
export interface ReadState {
  readonly account: AccountState;
  readonly staged: readonly StagedFile[];
  /** Of the first file. */
  readonly plan: FilePlan;
  readonly schema: RowSchema;
}

interface Checkpoint {
  readonly key: string;
  /** Of the files that were read, in their order. */
  readonly files: readonly string[];
  readonly state: ReadState;
}

/** What an import reads: whoever changes any of it reads other rows, and begins at the first file. */
export interface ImportIdentity {
  /** Software and dialect. */
  readonly key: string;
  /** One of each input file: path, size, times of change and inode. */
  readonly files: readonly string[];
}

const NAME = "checkpoint";

/** @throws what `stat` throws */
export async function identifyImport(
  files: readonly string[],
  { software, dialect }: { readonly software: string; readonly dialect: string },
): Promise<ImportIdentity> {
  const identities: string[] = [];
  for (const file of files) {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    identities.push(`${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs} ${resolve(file)}`);
  }
  return { key: sha256(JSON.stringify([software, dialect])), files: identities };
}

/** Write what is known after the first `count` files, for the case that the process dies: after a crash, the old state or the new. */
export async function saveCheckpoint(
  scratch: string,
  { key, files }: ImportIdentity,
  count: number,
  state: ReadState,
): Promise<void> {
  for (const { name } of state.staged) await syncPath(join(scratch, name));
  const checkpoint: Checkpoint = { key, files: files.slice(0, count), state };
  const draft = join(scratch, `${NAME}.new`);
  await rm(draft, { force: true });
  await writeDurably(draft, serialize(checkpoint).toString("base64"));
  await rename(draft, join(scratch, NAME));
  await syncPath(scratch);
}

/**
 * What an import that died knew of the first files of this one; null when it knew nothing, read something else, or its rows are not
 * all there. Whatever else lies in its scratch folder is removed.
 */
export async function loadCheckpoint(
  scratch: string,
  { key, files }: ImportIdentity,
): Promise<{ count: number; state: ReadState } | null> {
  try {
    const path = join(scratch, NAME);
    if ((await stat(path)).size > importLimits.checkpointFileBytes) return null;
    const checkpoint = deserialize(Buffer.from(await readFile(path, "utf8"), "base64")) as Checkpoint;
    const count = checkpoint.files.length;
    if (checkpoint.key !== key || count > files.length) return null;
    if (checkpoint.files.some((file, index) => file !== files[index])) return null;
    const { staged } = checkpoint.state;
    for (const { name, bytes } of staged) if ((await stat(join(scratch, name))).size !== bytes) return null;
    const known = new Set([NAME, ...staged.map(({ name }) => name)]);
    for (const entry of await readdir(scratch)) {
      if (!known.has(entry)) await rm(join(scratch, entry), { recursive: true, force: true });
    }
    return { count, state: checkpoint.state };
  } catch {
    // Not there, cut off, or of another version: the import begins at the first file.
    return null;
  }
}
