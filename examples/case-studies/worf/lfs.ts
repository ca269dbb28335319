import { ABSTAIN, type Flow, type Stats } from "@flamenco/lf";

export function packetsP75Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.packets <= stats.packets.p75 ? "benign" : ABSTAIN;
}

export function packetsMeanBenign(flow: Flow, stats: Stats<Flow>) {
  return flow.packets <= stats.packets.mean ? "benign" : ABSTAIN;
}

export function bytesHalfP75Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.ipBytes <= 0.5 * stats.ipBytes.p75 ? "benign" : ABSTAIN;
}

export function bytesP75Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.ipBytes <= stats.ipBytes.p75 ? "benign" : ABSTAIN;
}

export function bytesMeanBenign(flow: Flow, stats: Stats<Flow>) {
  return flow.ipBytes <= stats.ipBytes.mean ? "benign" : ABSTAIN;
}

/** The port that NTP answers from. */
export function sourcePort123Attack(flow: Flow) {
  return flow.srcPort === 123 ? "attack" : ABSTAIN;
}

/** The upper ephemeral ports. */
export function sourcePortP75Benign(flow: Flow, stats: Stats<Flow>) {
  return flow.srcPort >= stats.srcPort.p75 ? "benign" : ABSTAIN;
}
