import { ABSTAIN, type Flow } from "@flamenco/lf";

/** Low source port: reflected traffic comes from well-known and other low ports, not from ephemeral ones. */
export function sourcePortLowAttack(flow: Flow) {
  return flow.srcPort <= 6600 ? "attack" : ABSTAIN;
}

/** High source port: whoever opens a connection speaks from an ephemeral port. */
export function sourcePortHighBenign(flow: Flow) {
  return flow.srcPort >= 9000 ? "benign" : ABSTAIN;
}
