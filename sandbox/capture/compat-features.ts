import { payloadOf } from "./basic-features.js";
import { windowOf } from "./cic-features.js";
import { type FlowFeature, feature, rate, ratio, summaryFeatures, toSeconds } from "./flow-feature.js";
import type { DirectionRecord, FlowRecord } from "./flow-record.js";

/** One subflow too few, and none without a gap (error 12). */
function subflowFeatures(prefix: "fwd" | "bwd", of: (flow: FlowRecord) => DirectionRecord): readonly FlowFeature[] {
  const d = prefix === "fwd" ? "f" : "b";
  return [
    feature(`${prefix}SubflowPackets`, `N_${d} / gaps over 1 s; 0 without one`, (flow) =>
      ratio(of(flow).packets, flow.longGaps),
    ),
    feature(`${prefix}SubflowBytes`, `S_${d} / gaps over 1 s; 0 without one`, (flow) =>
      ratio(of(flow).payloadBytes, flow.longGaps),
    ),
  ];
}

/**
 * What the mode `compat-2021` computes otherwise: the errors that are left in the CICFlowMeter of Engelen, Rimmer and Joosen
 * 2021, by their numbers in the list of known errors (docs/flow-features.md).
 */
export const compatFeatures: ReadonlyMap<string, FlowFeature> = new Map(
  [
    ...subflowFeatures("fwd", ({ forward }) => forward),
    ...subflowFeatures("bwd", ({ backward }) => backward),
    // Error 13: the last time of activity is never recorded.
    ...summaryFeatures("active", "times before gaps over 5 s", ({ earlierActive }) => earlierActive, toSeconds),
    // Error 7: the first window that is not 0.
    feature("bwdInitWindow", "first raw TCP window that is not 0; -1 without TCP or packet", (flow) =>
      windowOf(flow, flow.backward, flow.backward.firstOpenWindow),
    ),
    // Error 18.
    feature("packetsPerSecond", "(N_f + N_b) / duration; -1 without one", (flow) =>
      flow.durationMicros === 0 ? -1 : rate(flow.packets, flow),
    ),
    feature("bytesPerSecond", "(S_f + S_b) / duration; -1 without one", (flow) =>
      flow.durationMicros === 0 ? -1 : rate(payloadOf(flow), flow),
    ),
    // Error 19: compared with 0 when the first packet is a forward one.
    feature("bwdSegmentSizeMin", "0 when the first packet is a forward one", ({ firstIsForward, backward }) =>
      firstIsForward ? 0 : backward.smallestHeader,
    ),
  ].map((one) => [one.field, one]),
);
