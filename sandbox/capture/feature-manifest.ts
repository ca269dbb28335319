import { fieldOf, kindOf } from "@flamenco/policies/wire";
import { type FeatureSetName, featuresOf } from "./feature-set.js";
import { type MeterMode, type MeterTimeouts, timeoutSeconds } from "./meter-options.js";

const FLOW_KIND = "flow/1";

/** What the columns of a table of flows mean: written beside every table that is exported. */
export interface FeatureManifest {
  /** Changes when a definition does. */
  readonly format: "flamenco-flow-features/1";
  readonly kind: string;
  readonly set: FeatureSetName;
  readonly mode: MeterMode;
  /** Seconds; null for never. */
  readonly timeouts: Readonly<Record<keyof MeterTimeouts, number | null>>;
  readonly features: readonly {
    readonly name: string;
    readonly type: string;
    readonly unit: string;
    readonly meaning: string;
    readonly formula: string;
    /** When the cell is empty; null when it never is. */
    readonly missing: string | null;
  }[];
}

/** The manifest of a feature set in a mode. */
export function featureManifest(set: FeatureSetName, mode: MeterMode, timeouts: MeterTimeouts): FeatureManifest {
  const kind = kindOf(FLOW_KIND);
  return {
    format: "flamenco-flow-features/1",
    kind: FLOW_KIND,
    set,
    mode,
    timeouts: timeoutSeconds(timeouts),
    features: featuresOf(set, mode).map(({ field: name, formula, missing = null }) => {
      const { type, unit, meaning } = fieldOf(kind, name)!;
      return { name, type, unit, meaning, formula, missing };
    }),
  };
}
