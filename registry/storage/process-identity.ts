import { readFile } from "node:fs/promises";

/** What tells a living process from a dead one and from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Boot and start time of the process; `null` where the system does not tell (outside Linux). */
  readonly birth: string | null;
}

/** Identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, birth: (await readBirth(process.pid)) ?? null };
}

/** True when that very process still runs. In doubt (another user's process, no /proc) it does. */
export async function isAlive({ pid, birth }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  if (birth === null) return true;
  const found = await readBirth(pid);
  return found === null || found === birth;
}

/**
 * Boot id and start time of a process (proc(5): field 22 of stat), undefined when it is gone or only waits to be reaped,
 * null when the system does not tell.
 */
async function readBirth(pid: number): Promise<string | null | undefined> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined);
  if (boot === undefined) return null;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // The program's name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, start] = [fields[0], fields[19]];
  return state === "Z" || state === "X" ? undefined : `${boot.trim()}/${start}`;
}
