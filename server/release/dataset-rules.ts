import { FlamencoError } from "@flamenco/policies/errors";
import { presetRules, type ReleaseRules } from "@flamenco/policies/release";
import { type PresetName, presetNames } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";

/** What a dataset is under when its operator says nothing. */
const DEFAULT_PRESET: PresetName = "standard";

/** The preset that a dataset's releases are under, at least. */
export function presetOf(config: ReleaseConfig | undefined, dataset: string): PresetName {
  return config?.datasets?.find(({ name }) => name === dataset)?.preset ?? config?.preset ?? DEFAULT_PRESET;
}

/**
 * Release rules for a study that names a preset: the operator's where it is the dataset's own, the preset's where it is a
 * stricter one.
 * @throws FLM_PRESET_REFUSED for a preset that is less strict than the dataset's
 */
export function rulesOf(config: ReleaseConfig | undefined, dataset: string, asked: PresetName): ReleaseRules {
  const required = presetOf(config, dataset);
  // They are listed from the least to the most strict.
  if (presetNames.indexOf(asked) < presetNames.indexOf(required)) {
    throw new FlamencoError(
      "FLM_PRESET_REFUSED",
      `The dataset ${dataset} is released under the preset ${required} or a stricter one, not under ${asked}.`,
    );
  }
  const own = config?.datasets?.find(({ name }) => name === dataset)?.rules;
  return asked === required && own !== undefined ? own : presetRules[asked];
}
