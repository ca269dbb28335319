import { ABSTAIN, type Rtt, type Stats } from "@flamenco/lf";

/** A fast answer among answers that differ little: nothing waits in a queue. */
export function fastAndSteadyNormal(rtt: Rtt, stats: Stats<Rtt>) {
  const steady = rtt.windowSd <= stats.windowSd.p50;
  return rtt.rttMs <= stats.rttMs.p50 && steady ? "normal" : ABSTAIN;
}

/** Half of the last samples are as slow as the slowest tenth of all: not one slow answer, a slow time. */
export function slowWindowCongested(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.windowMedian >= stats.rttMs.p90 ? "congested" : ABSTAIN;
}

/** Above the least of its window by more than nearly all samples lie apart: a queue that fills. */
export function suddenRiseCongested(rtt: Rtt, stats: Stats<Rtt>) {
  const range = stats.rttMs.p95 - stats.rttMs.p5;
  return rtt.rttMs - rtt.windowMin >= range ? "congested" : ABSTAIN;
}

/** A lost probe after slow answers: the queue is full. Loss alone says nothing, it has many causes. */
export function lostAfterSlowCongested(rtt: Rtt, stats: Stats<Rtt>) {
  return rtt.lost && rtt.windowQ3 >= stats.rttMs.p75 ? "congested" : ABSTAIN;
}
