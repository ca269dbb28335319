import type { InformationElement } from "./element-type.js";
import { CERT_ENTERPRISE, REVERSE_ENTERPRISE } from "./elements.js";

const IXIA_ENTERPRISE = 3054;

/** An element by enterprise and id. */
type Key = readonly [enterprise: number, id: number];

const iana = (...ids: number[]): Key[] => ids.map((id) => [0, id]);
const reverse = (...ids: number[]): Key[] => ids.map((id) => [REVERSE_ENTERPRISE, id]);

/**
 * What a flow takes from a record, and the elements that it may come from, the best first. `post…` counts (23, 24) are of the
 * same packets behind a middlebox, not of the other direction: they count only where the others are missing or zero.
 */
const candidates = {
  srcAddr: iana(8, 27),
  dstAddr: iana(12, 28),
  srcPort: iana(7, 182, 180),
  dstPort: iana(11, 183, 181),
  protocol: iana(4),
  vlan: iana(58, 243),
  icmpTypeCode: iana(32, 139),
  icmpType: iana(176, 178),
  icmpCode: iana(177, 179),
  fwdPackets: iana(2, 86, 298),
  bwdPackets: [...reverse(2, 86), ...iana(299), [IXIA_ENTERPRISE, 177]],
  fwdIpBytes: iana(1, 85),
  bwdIpBytes: [...reverse(1, 85), [IXIA_ENTERPRISE, 176]],
  postPackets: iana(24, 172),
  postIpBytes: iana(23, 171),
  /** Layer-4 payload, as IANA defines initiatorOctets and responderOctets. */
  fwdBytes: iana(231),
  bwdBytes: iana(232),
  startTime: iana(152, 154, 156, 150),
  endTime: iana(153, 155, 157, 151, 323),
  startDeltaMicros: iana(158),
  endDeltaMicros: iana(159),
  startUptime: iana(22),
  endUptime: iana(21),
  systemInitTime: iana(160),
  durationMs: iana(161),
  durationMicros: iana(162),
  samplingInterval: iana(34),
  firewallEvent: [...iana(233), [0, 40005]],
} as const satisfies Record<string, readonly Key[]>;

/** Elements whose bits together are the TCP flags of a flow. */
const flagElements: readonly Key[] = [
  ...iana(6),
  ...reverse(6),
  ...[14, 15, 16_398, 16_399].map((id): Key => [CERT_ENTERPRISE, id]),
];

export type FlowRole = keyof typeof candidates;

/** Index of a template's field for each role, -1 for one that it lacks, and of all fields with TCP flags. */
export interface FlowPlan {
  readonly fields: Readonly<Record<FlowRole, number>>;
  readonly flags: readonly number[];
}

const identity = ["srcAddr", "dstAddr"] as const;
/** One of these at least makes a record with an address a flow. */
export const counterRoles = Object.freeze([
  "fwdPackets",
  "fwdIpBytes",
  "fwdBytes",
  "postPackets",
  "postIpBytes",
] as const);

/** Where a template keeps what a flow needs; null when its records have no address or count nothing: they are no flows. */
export function planFlow(elements: readonly InformationElement[]): FlowPlan | null {
  const indexOf = ([enterprise, id]: Key) =>
    elements.findIndex((element) => element.id === id && element.enterprise === enterprise);
  const places = Object.entries(candidates).map(([role, keys]: [string, readonly Key[]]) => {
    return [role, keys.map(indexOf).find((found) => found !== -1) ?? -1] as const;
  });
  const fields = Object.fromEntries(places) as Record<FlowRole, number>;
  const has = (role: FlowRole) => fields[role] !== -1;
  if (!identity.some(has) || !counterRoles.some(has)) return null;
  return { fields, flags: flagElements.map(indexOf).filter((index) => index !== -1) };
}
