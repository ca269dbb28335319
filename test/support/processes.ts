import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** True while a process lives (a zombie that nobody reaped still does). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Wait until a process is gone; false when it still lives after ten seconds. */
export async function waitUntilGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 500 && isAlive(pid); attempt++) await sleep(20);
  return !isAlive(pid);
}

/** Living processes that have `argument` among their command line's; none where there is no /proc. */
export function processesWith(argument: string): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.map(Number).filter((pid) => {
    try {
      // The command line of a zombie is empty.
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      return false;
    }
  });
}

/** Processes of a worker that may read `directory`: its wrappers and itself. Inside, it has another process id. */
export const workersOn = (directory: string): number[] => processesWith(`--allow-fs-read=${directory}`);

/** Wait until no worker that may read `directory` is left; false when one still lives after ten seconds. */
export async function waitUntilNoWorker(directory: string): Promise<boolean> {
  for (let attempt = 0; attempt < 500 && workersOn(directory).length > 0; attempt++) await sleep(20);
  return workersOn(directory).length === 0;
}
