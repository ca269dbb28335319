import { setTimeout as sleep } from "node:timers/promises";

/** Let time pass, or return early when the node stops. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
