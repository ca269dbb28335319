import { ABSTAIN, type Rtt, type Stats } from "@flamenco/lf";

/** Among the faster half of the path's samples: nothing was added. */
export function fasterHalfUseful(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.rttMs <= stats.rttMs.p50 ? "useful" : ABSTAIN;
}

/** Among the fastest quarter of its own last ten. */
export function fastInWindowUseful(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.rttMs <= rtt.windowQ1 && rtt.rttMs <= stats.rttMs.p75 ? "useful" : ABSTAIN;
}

/** Far above the fast quarter, by the spread of the fast samples, which noise does not reach. */
export function farAboveFastNoise(rtt: Rtt, stats: Stats<Rtt>) {
  const spread = stats.rttMs.p25 - stats.rttMs.p5;
  return rtt.rttMs > stats.rttMs.p25 + 6 * spread ? "noise" : ABSTAIN;
}

/** Far above the fastest of its own last ten, by the same spread. */
export function farAboveWindowNoise(rtt: Rtt, stats: Stats<Rtt>) {
  const spread = stats.rttMs.p25 - stats.rttMs.p5;
  return rtt.rttMs - rtt.windowMin > 8 * spread ? "noise" : ABSTAIN;
}

/** Beyond Tukey's upper fence. */
export function beyondFenceNoise(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.rttMs > stats.rttMs.p75 + 1.5 * (stats.rttMs.p75 - stats.rttMs.p25) ? "noise" : ABSTAIN;
}
