import { type TSchema, Type } from "@sinclair/typebox";
import type { RecordDropReason } from "../records/index.js";
import { measurementLimits } from "./limits.js";

/** One probe packet of a measurement. */
export interface Probe {
  /** When it was sent, milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  /** Round-trip time in milliseconds; null when no answer came. */
  readonly rttMs: number | null;
}

/** What one result says about one pair. */
export interface Measurement {
  readonly source: string;
  readonly destination: string;
  readonly probes: readonly Probe[];
  /** Answers that no row stands for: further ones to the same probe, and ones that came when it was lost already. */
  readonly extraAnswers: number;
  /** Probes that the system refused to send; nothing was measured. */
  readonly unsentProbes: number;
}

/** What a document was read as: a measurement, a record to drop, or one that by its format holds no measurement. */
export type Reading = Measurement | RecordDropReason | "no-measurement";

/** An address or host name: printable ASCII without blanks, so that it is harmless wherever it is shown. */
export const HostText = Type.String({ pattern: "^[!-~]+$", maxLength: measurementLimits.nameCharacters });

/** A field that results may lack or have as null. */
export const Maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
