import type { PresetName, Result } from "../wire/index.js";

/** What a preset of the release gate promises. */
export interface ReleasePreset {
  readonly protection: Result["release"]["protection"];
}

/**
 * Release presets. `open` releases exact outputs and marks them so: for public or synthetic data only. `standard` and
 * `strict` add noise and charge a budget.
 */
export const releasePresets: Readonly<Record<PresetName, ReleasePreset>> = Object.freeze({
  open: Object.freeze({ protection: "exact" }),
  standard: Object.freeze({ protection: "protected" }),
  strict: Object.freeze({ protection: "protected" }),
});
