import { presetRules, rulesUnder } from "@flamenco/policies/release";
import type { PresetName, ReleaseRules } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";

/** What a dataset is under when its operator says nothing. */
const DEFAULT_PRESET: PresetName = "standard";

/** The preset that a dataset's releases are under, at least. */
export function presetOf(config: ReleaseConfig | undefined, dataset: string): PresetName {
  return config?.datasets?.find(({ name }) => name === dataset)?.preset ?? config?.preset ?? DEFAULT_PRESET;
}

/**
 * Release rules for a study that names a preset, as `rulesUnder` has them.
 * @throws FLM_PRESET_REFUSED for a preset that is less strict than the dataset's
 */
export function rulesOf(config: ReleaseConfig | undefined, dataset: string, asked: PresetName): ReleaseRules {
  const preset = presetOf(config, dataset);
  const own = config?.datasets?.find(({ name }) => name === dataset)?.rules;
  return rulesUnder(asked, { name: dataset, preset, rules: own ?? presetRules[preset] });
}
