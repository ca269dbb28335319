import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { codeOf } from "../keys/index.js";
import { type DemoLock, LOCK_FILE, lockDemoFolder } from "./demo-lock.js";

const MARKER_FILE = ".flamenco-demo";
const MARKER_TEXT =
  "This folder is made by `flamenco demo`. The next demo replaces what it finds here by these names and touches nothing else:\n";

/** Everything that a demo makes. Node names come from the demo itself. */
const MADE = ["state", "logs", "summary.json", "weights.svg", "f1.svg"] as const;
const MADE_PER_NODE = /^(tree-[a-z][a-z0-9-]{0,63}\.svg|result-[a-z][a-z0-9-]{0,63}\.json)$/;
const OWN_FILES = [MARKER_FILE, LOCK_FILE];

export interface DemoFolder {
  readonly path: string;
  readonly state: (name: string) => string;
  readonly log: (name: string) => string;
  readonly release: DemoLock["release"];
}

/**
 * Make a folder ready for a demo: lock it, and remove what an earlier demo left in it. Only the names that a demo makes are
 * removed, only from a folder that carries a demo's marker, and links are removed, not followed.
 * @throws FLM_DEMO_RUNNING; FLM_FILE_EXISTS when the folder holds something and is not a demo's; FLM_DISK_FULL,
 *   FLM_FILE_UNREADABLE
 */
export async function openDemoFolder(path: string): Promise<DemoFolder> {
  try {
    await mkdir(path, { recursive: true });
    await assertDemoFolder(path);
    const { release } = await lockDemoFolder(path);
    try {
      await writeFile(
        join(path, MARKER_FILE),
        `${MARKER_TEXT}${[...MADE, "tree-NODE.svg", "result-NODE.json"].join("\n")}\n`,
      );
      await removeMade(path);
      for (const folder of ["state", "logs"]) await mkdir(join(path, folder), { mode: 0o700 });
    } catch (error) {
      release();
      throw error;
    }
    return {
      path,
      state: (name) => join(path, "state", name),
      log: (name) => join(path, "logs", `${name}.log`),
      release,
    };
  } catch (cause) {
    if (cause instanceof FlamencoError) throw cause;
    if (codeOf(cause) === "ENOSPC") throw new FlamencoError("FLM_DISK_FULL", `The disk of ${path} is full.`, { cause });
    throw new FlamencoError("FLM_FILE_UNREADABLE", `The folder ${path} cannot be used (${codeOf(cause)}).`, { cause });
  }
}

async function assertDemoFolder(path: string): Promise<void> {
  const names = await readdir(path);
  if (names.every((name) => OWN_FILES.includes(name) || name.startsWith(`.${LOCK_FILE}-`))) return;
  const marker = await readFile(join(path, MARKER_FILE), "utf8").catch(() => "");
  if (marker.startsWith(MARKER_TEXT)) return;
  throw new FlamencoError(
    "FLM_FILE_EXISTS",
    `${path} holds files and no demo made it; nothing was touched. Name another folder with --out.`,
  );
}

async function removeMade(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    const made = MADE.some((candidate) => candidate === name) || MADE_PER_NODE.test(name);
    if (made) await rm(join(path, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The folder `examples` of the repository, beside the compiled client. @throws FLM_DEMO_FAILED */
export async function findExamples(): Promise<string> {
  const folder = join(import.meta.dirname, "..", "..", "..", "examples");
  const found = await stat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (found) return folder;
  throw new FlamencoError(
    "FLM_DEMO_FAILED",
    "The demo's examples are not here; run it from a clone of the repository.",
  );
}
