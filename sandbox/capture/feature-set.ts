import type { Cell } from "../records/index.js";
import { basicFeatures } from "./basic-features.js";
import { cicFeatures } from "./cic-features.js";
import { compatFeatures } from "./compat-features.js";
import type { FlowFeature } from "./flow-feature.js";
import type { FlowRecord } from "./flow-record.js";
import type { MeterMode } from "./meter-options.js";

/** Sets of features by name. */
export const featureSets = Object.freeze({ basic: basicFeatures, cic: cicFeatures });
export type FeatureSetName = keyof typeof featureSets;

/** The columns of a feature set as a mode defines them. */
export function featuresOf(set: FeatureSetName, mode: MeterMode): readonly FlowFeature[] {
  const features = featureSets[set];
  return mode === "corrected" ? features : features.map((feature) => compatFeatures.get(feature.field) ?? feature);
}

/** A flow as a row, in the order of the features. */
export function rowOf(features: readonly FlowFeature[], flow: FlowRecord): Cell[] {
  return features.map(({ value }) => value(flow));
}

/** Whether a mode has a row for a flow: CICFlowMeter leaves out flows of one packet (error 17). */
export function hasRow(mode: MeterMode, { packets }: FlowRecord): boolean {
  return mode === "corrected" || packets > 1;
}
