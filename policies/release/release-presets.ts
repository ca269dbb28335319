import type { PresetName, Result } from "../wire/index.js";

/** What a preset of the release gate promises. */
export interface ReleasePreset {
  readonly protection: Result["release"]["protection"];
}

/**
 * Release presets that this version honours; one that is not here is refused, never weakened. `open` releases exact
 * outputs and marks them so: for public or synthetic data only. `standard` and `strict` add noise and charge a budget.
 */
export const releasePresets: Readonly<Record<PresetName, ReleasePreset | null>> = Object.freeze({
  open: Object.freeze({ protection: "exact" }),
  standard: Object.freeze({ protection: "protected" }),
  strict: Object.freeze({ protection: "protected" }),
});

/** Presets that a study may name today. */
export const availablePresets: readonly PresetName[] = (Object.keys(releasePresets) as PresetName[]).filter(
  (name) => releasePresets[name] !== null,
);
