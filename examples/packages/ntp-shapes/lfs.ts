import { ABSTAIN, type Flow, type Stats, UDP } from "@flamenco/lf";

/** Small packets: amplification fills its packets, so the smallest quarter is ordinary traffic. */
export function averagePacketSizeP25Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.averagePacketSize <= stats.averagePacketSize.p25 ? "benign" : ABSTAIN;
}

/** Short gaps: a flood never pauses. Weak alone, since most ordinary flows have a short gap somewhere too. */
export function flowIatMinMeanAttack(flow: Flow, stats: Stats<Flow>) {
  return flow.flowIatMin <= stats.flowIatMin.mean ? "attack" : ABSTAIN;
}

/** Reflection over UDP with packets larger than usual in this network: two conditions, one vote. */
export function udpLargePacketsAttack(flow: Flow, stats: Stats<Flow>) {
  const large = flow.averagePacketSize >= stats.averagePacketSize.mean;
  if (flow.protocol === UDP && large) return "attack";
  return ABSTAIN;
}
