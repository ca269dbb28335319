import { kindOf } from "@flamenco/policies/wire";
import type { RecordFormat } from "../records/index.js";
import { readAtlasPing } from "./atlas-ping.js";
import { readAtlasTraceroute } from "./atlas-traceroute.js";
import type { Reading } from "./measurement.js";
import { MeasurementDecoder, measurementFields } from "./measurement-decoder.js";

const BEGINNING = /^\uFEFF?\s*\[?\s*\{/;
/** Firmware, probe or measurement, by number. */
const NUMBERED = /"(?:fw|prb_id|msm_id)"\s*:\s*\d/;
const NAMED = /"(?:dst_addr|dst_name|addr|lts|prb_id|msm_id)"\s*:/;

/** Firmware before 4460 does not say what a result is of. */
function typeOf(result: Readonly<Record<string, unknown>>): unknown {
  if (result.type !== undefined) return result.type;
  if (Object.hasOwn(result, "rcvd")) return "ping";
  return Object.hasOwn(result, "paris-id") || typeof result.result === "string" ? "traceroute" : undefined;
}

function readAtlasResult(document: unknown): Reading {
  const result = document as Readonly<Record<string, unknown>>;
  switch (typeOf(result)) {
    case "ping":
      return readAtlasPing(result);
    case "traceroute":
      return readAtlasTraceroute(result);
    default:
      return Object.hasOwn(result, "prb_id") ? "unsupported-record" : "malformed-record";
  }
}

/**
 * RIPE Atlas results as downloaded: an array of them, or one a line. Pings and traceroutes of every firmware that gives
 * single packets; other measurements are dropped as unsupported.
 */
export const atlasFormat: RecordFormat = Object.freeze({
  name: "atlas",
  title: "RIPE Atlas ping and traceroute results, JSON",
  kind: kindOf("rtt/1").name,
  fields: measurementFields,
  recognizes: (head) => {
    const text = head.toString("utf8");
    return BEGINNING.test(text) && NUMBERED.test(text) && NAMED.test(text);
  },
  open: (sink) => new MeasurementDecoder(sink, readAtlasResult),
} satisfies RecordFormat);
