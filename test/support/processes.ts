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
