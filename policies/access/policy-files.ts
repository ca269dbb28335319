import type { PresetName } from "../wire/index.js";

/** Where the Cedar schema is, as a file: whoever may do I/O reads it. */
export const accessSchemaUrl = new URL("../../access/flamenco.cedarschema", import.meta.url);

/** Cedar files of the presets that an operator can start from. A preset without a file is not available yet. */
export const presetPolicyUrls: Readonly<Partial<Record<PresetName, URL>>> = Object.freeze({
  open: new URL("../../presets/open.cedar", import.meta.url),
});
