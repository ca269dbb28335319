import { limits } from "../limits.js";
import { pause } from "../support/index.js";

/**
 * The fixed clock of protected releases. Results and refusals leave at multiples of a tick since 1970, so that when one
 * leaves says of its rows at most in which tick the work was done.
 * @returns a wait until the next tick, cut short by the signal
 */
export function createReleaseClock(
  tickSeconds: number = limits.releaseTickSecondsDefault,
  now: () => Date,
): (signal: AbortSignal) => Promise<void> {
  const tickMs = tickSeconds * 1_000;
  return async (signal) => {
    const at = now().getTime();
    await pause(tickMs - (at % tickMs), signal);
  };
}
