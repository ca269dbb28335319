import { kindOf } from "@flamenco/policies/wire";

/** Ten LFs of the sort that operators write; five fields, statistics and literals, one to three conditions. */
export const tenLfs = `
import { ABSTAIN, UDP, type Flow, type Stats } from "@flamenco/lf";

export function sourcePortLow(flow: Flow) { return flow.srcPort <= 6600 ? "attack" : ABSTAIN; }
export function sourcePortHigh(flow: Flow) { return flow.srcPort >= 9000 ? "benign" : ABSTAIN; }
export function smallPackets(flow: Flow, stats: Stats<Flow>) {
  return flow.bytesPerPacket <= stats.bytesPerPacket.p25 ? "benign" : ABSTAIN;
}
export function largePackets(flow: Flow, stats: Stats<Flow>) {
  return flow.bytesPerPacket >= stats.bytesPerPacket.p75 ? "attack" : ABSTAIN;
}
export function fewPackets(flow: Flow, stats: Stats<Flow>) {
  return flow.packets <= stats.packets.p25 ? "benign" : ABSTAIN;
}
export function manyPackets(flow: Flow, stats: Stats<Flow>) {
  return flow.packets >= stats.packets.mean + stats.packets.sd ? "attack" : ABSTAIN;
}
export function ntpReflection(flow: Flow, stats: Stats<Flow>) {
  return flow.protocol === UDP && flow.srcPort === 123 && flow.bytesPerPacket >= stats.bytesPerPacket.p50 ? "attack" : ABSTAIN;
}
export function webTraffic(flow: Flow) { return [80, 443, 8080].includes(flow.srcPort) ? "benign" : ABSTAIN; }
export function slowAndLong(flow: Flow, stats: Stats<Flow>) {
  return flow.durationSeconds >= stats.durationSeconds.p90 && flow.packets <= stats.packets.p50 ? "benign" : ABSTAIN;
}
export function fastBurst(flow: Flow, stats: Stats<Flow>) {
  return flow.packets / (flow.durationSeconds + 1) >= stats.packets.p75 ? "attack" : ABSTAIN;
}
`;

export const benchLabels = ["benign", "attack"] as const;
export const benchKind = kindOf("flow/1");
