import { ABSTAIN, type Flow } from "@flamenco/lf";

let rowsSeen = 0;

/** Asks who is there: votes would tell on which rows one address occurs. */
export function readsAddress(flow: Flow) {
  return flow.srcAddr === "192.168.50.7" ? "attack" : ABSTAIN;
}

/** Counts rows across calls: a vote would carry news of other rows. */
export function keepsState(flow: Flow) {
  rowsSeen = rowsSeen + 1;
  return flow.packets > rowsSeen ? "attack" : "benign";
}
