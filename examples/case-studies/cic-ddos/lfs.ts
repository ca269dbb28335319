import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";

/** Low source port: reflectors answer from well-known and other low ports. */
export function sourcePortLess6600Attack(flow: Flow) {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}

/** High source port: whoever opens a connection speaks from an ephemeral port. */
export function sourcePortGreater9000Benign(flow: Flow) {
  return flow.srcPort >= 9000 ? "benign" : ABSTAIN;
}

/** Small packets. The number is the paper's own, and ties the function to its data: a statistic would travel better. */
export function averagePacketLess100Benign(flow: Flow) {
  return flow.averagePacketSize <= 100 ? "benign" : ABSTAIN;
}

/** Packets on each other's heels. */
export function iatMinLessMeanAttack(flow: Flow, stats: Stats<Flow>) {
  return flow.flowIatMin <= stats.flowIatMin.mean ? "attack" : ABSTAIN;
}
