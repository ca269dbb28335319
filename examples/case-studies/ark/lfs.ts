import { ABSTAIN, type Rtt, type Stats } from "@flamenco/lf";

/** The middle half of the window lies close together, measured by the path's own quartiles: one level. */
export function narrowWindowSteady(rtt: Rtt, stats: Stats<Rtt>) {
  const usual = stats.rttMs.p75 - stats.rttMs.p25;
  return rtt.windowQ3 - rtt.windowQ1 <= 0.25 * usual ? "steady" : ABSTAIN;
}

/** A window that spreads no more than half of all windows do. */
export function quietWindowSteady(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.windowSd <= stats.windowSd.p50 ? "steady" : ABSTAIN;
}

/** A window that spreads as only one in twenty does: two levels, or spikes. */
export function restlessWindowDisturbed(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.windowSd >= stats.windowSd.p95 ? "disturbed" : ABSTAIN;
}

/** Quartiles of a window half of the path's range apart: several samples on either side of a step, which no single spike does. */
export function dividedWindowDisturbed(rtt: Rtt, stats: Stats<Rtt>) {
  const range = stats.rttMs.p95 - stats.rttMs.p5;
  return rtt.windowQ3 - rtt.windowQ1 >= 0.5 * range ? "disturbed" : ABSTAIN;
}

/** The median lies far from one of its quartiles: the window is on its way from one level to another. */
export function leaningWindowDisturbed(rtt: Rtt, stats: Stats<Rtt>) {
  const range = stats.rttMs.p95 - stats.rttMs.p5;
  const lean = Math.max(rtt.windowMedian - rtt.windowQ1, rtt.windowQ3 - rtt.windowMedian);
  return lean >= 0.25 * range ? "disturbed" : ABSTAIN;
}
