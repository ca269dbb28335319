import type { PresetName } from "../wire/index.js";

/** Where the Cedar schema is, as a file: whoever may do I/O reads it. */
export const accessSchemaUrl = new URL("../../access/flamenco.cedarschema", import.meta.url);

const presetFile = (name: string): URL => new URL(`../../presets/${name}`, import.meta.url);

/** Cedar files of the presets that an operator can start from. */
export const presetPolicyUrls: Readonly<Record<PresetName, URL>> = Object.freeze({
  open: presetFile("open.cedar"),
  standard: presetFile("standard.cedar"),
  strict: presetFile("strict.cedar"),
});

/** Their policy tests: what each preset permits and refuses, as data. */
export const presetTestUrls: Readonly<Record<PresetName, URL>> = Object.freeze({
  open: presetFile("open.test.json"),
  standard: presetFile("standard.test.json"),
  strict: presetFile("strict.test.json"),
});
