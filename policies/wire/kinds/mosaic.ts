import { categoryField, defineKind } from "./field.js";
import { flowKind } from "./flow.js";

export const mosaicKind = defineKind(
  "mosaic/1",
  "Flow of a netMosaic run: flow/1 with the service, application and network condition it was made under.",
  [
    ...flowKind.fields,
    categoryField("service", "service that owned the socket", "universal"),
    categoryField("application", "application graph that was run", "universal"),
    categoryField("condition", "emulated network condition", "universal"),
  ],
);
