import type { DataRecord } from "./data-record.js";

/** Why a part of a message could not be read. */
export type MessageProblem = "malformed-message" | "malformed-template" | "malformed-record" | "no-template";

/** Takes what a message holds. Offsets are those of the buffer that was handed over. */
export interface MessageSink {
  record(record: DataRecord): void;
  /** @param text what is wrong: numbers of sets, templates and lengths, no values of fields */
  problem(problem: MessageProblem, text: string, at: number): void;
}
