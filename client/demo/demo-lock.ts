import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { sha256 } from "@flamenco/policies/trust";
import { parseDocument } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { codeOf } from "../keys/index.js";

export const LOCK_FILE = "demo.lock";

/** Who holds a folder. Process ids are used again; together with the start time they name one process. */
const Holder = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  startTime: Type.String({ maxLength: 40 }),
  nonce: Type.String({ maxLength: 40 }),
});
type Holder = Static<typeof Holder>;

export interface DemoLock {
  /** Synchronous, so that it works while the process exits. */
  readonly release: () => void;
}

/**
 * Take a folder for one demo. The lock appears complete or not at all (a hard link); one whose holder is dead is replaced,
 * by one demo alone.
 * @throws FLM_DEMO_RUNNING
 */
export function lockDemoFolder(folder: string): Promise<DemoLock> {
  return takeLock(folder, LOCK_FILE);
}

async function takeLock(folder: string, name: string): Promise<DemoLock> {
  const path = join(folder, name);
  const own: Holder = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? "", nonce: randomUUID() };
  const draft = join(folder, `.${name}-${own.nonce}`);
  await writeFile(draft, JSON.stringify(own), { flag: "wx", mode: 0o600 });
  try {
    while (!(await linkOnce(draft, path))) {
      const text = await readFile(path, "utf8").catch(() => undefined);
      if (text === undefined) continue;
      if (await isAlive(text)) throw running(folder, text);
      if (await replaceStale(folder, name, text, draft)) break;
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => releaseOwn(path, own) };
}

async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
}

/**
 * Replace a stale lock. Many demos may find the same one stale: the right to replace it is a lock of its own, named after
 * what it replaces, and while it is held nobody else touches a lock whose holder is dead. A demo that died while it held
 * that right left a stale lock like any other.
 * @returns false when the stale lock is gone already
 * @throws FLM_DEMO_RUNNING when a living demo is replacing it
 */
async function replaceStale(folder: string, name: string, stale: string, draft: string): Promise<boolean> {
  const path = join(folder, name);
  const right = await takeLock(folder, `${name}.${sha256(stale).slice(0, 16)}`);
  try {
    if ((await readFile(path, "utf8").catch(() => undefined)) !== stale) return false;
    await link(draft, `${draft}.new`);
    await rename(`${draft}.new`, path);
    return true;
  } finally {
    right.release();
  }
}

function running(folder: string, holder: string): FlamencoError {
  const pid = parseHolder(holder)?.pid;
  return new FlamencoError(
    "FLM_DEMO_RUNNING",
    `A demo is running in ${folder} (process ${pid ?? "unknown"}). Stop it, or name another folder with --out.`,
  );
}

function releaseOwn(path: string, own: Holder): void {
  try {
    if (parseHolder(readFileSync(path, "utf8"))?.nonce === own.nonce) rmSync(path);
  } catch {
    // It is gone already, with its folder.
  }
}

async function isAlive(text: string): Promise<boolean> {
  const holder = parseHolder(text);
  if (holder === undefined) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    // EPERM: it lives, but is another user's.
    return codeOf(cause) === "EPERM";
  }
  const startTime = await startTimeOf(holder.pid);
  return startTime === undefined || startTime === holder.startTime;
}

function parseHolder(text: string): Holder | undefined {
  try {
    return parseDocument(Holder, JSON.parse(text), "lock");
  } catch {
    return undefined;
  }
}

/** Start of a process in clock ticks since boot (proc(5), field 22); undefined where there is no /proc. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field may hold blanks and parentheses; the third begins after the last of them.
    return status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
