export { availablePresets, type ReleasePreset, releasePresets } from "./release-presets.js";
