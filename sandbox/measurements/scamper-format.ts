import { kindOf } from "@flamenco/policies/wire";
import type { RecordFormat } from "../records/index.js";
import type { Reading } from "./measurement.js";
import { MeasurementDecoder, measurementFields } from "./measurement-decoder.js";
import { readScamperPing } from "./scamper-ping.js";
import { readScamperTrace } from "./scamper-trace.js";
import { readScamperTracelb } from "./scamper-tracelb.js";

/** What a document is when it is one of scamper's own, or one that traceroute-caller of Measurement Lab wraps it in. */
const BEGINNING =
  /^\uFEFF?\s*\{\s*(?:"type"\s*:\s*"(?:cycle-start|cycle-stop|ping|trace|tracelb)"|"(?:UUID|Metadata)"[\s\S]*"TracerouteCallerVersion")/;

/** Lines that begin and end a cycle of measurements, and their counterparts of other formats, hold none. */
const CYCLES: readonly unknown[] = ["cycle-start", "cycle-stop"];

function readScamperResult(document: unknown): Reading {
  const result = document as Readonly<Record<string, unknown>>;
  switch (result.type) {
    case "ping":
      return readScamperPing(result);
    case "trace":
      return readScamperTrace(result);
    case "tracelb":
      return readScamperTracelb(result);
    default:
      return CYCLES.includes(result.type) ? "no-measurement" : readWrapped(result);
  }
}

/** Measurement Lab puts a line of metadata before the others or, since 2024, all of them into one object. */
function readWrapped(result: Readonly<Record<string, unknown>>): Reading {
  if (Object.hasOwn(result, "Trace")) return readScamperTrace(result.Trace);
  if (Object.hasOwn(result, "Tracelb")) return readScamperTracelb(result.Tracelb);
  if (Object.hasOwn(result, "TracerouteCallerVersion")) return "no-measurement";
  return typeof result.type === "string" ? "unsupported-record" : "malformed-record";
}

/** What `sc_warts2json` writes of pings, traceroutes and load-balancer traces, and the files of Measurement Lab. */
export const scamperFormat: RecordFormat = Object.freeze({
  name: "scamper",
  title: "scamper ping, trace and tracelb results, JSON",
  kind: kindOf("rtt/1").name,
  fields: measurementFields,
  recognizes: (head) => BEGINNING.test(head.toString("utf8")),
  open: (sink) => new MeasurementDecoder(sink, readScamperResult),
} satisfies RecordFormat);
