import { FlamencoError, isErrorCode } from "@flamenco/policies/errors";
import { parseDocument, WorkerMessage } from "@flamenco/policies/wire";
import { sandboxLimits } from "../../limits.js";

/** Whatever a worker sends that is not in the protocol; what it sent is not told. */
const protocolError = (what: string) =>
  new FlamencoError("FLM_WORKER_PROTOCOL", `The sealed worker broke its protocol: ${what}. It was killed.`);

/** Ceilings of what a worker may send; `limits.ts` says what each is for. */
export interface MessageLimits {
  readonly maxMessageBytes: number;
  readonly maxMessages: number;
}

/**
 * Splits what a worker writes into lines and narrows each to a message of the protocol. Holds at most one line of bounded
 * length.
 */
export class MessageReader {
  readonly #limits: MessageLimits;
  #parts: Buffer[] = [];
  #length = 0;
  #messages = 0;

  constructor(limits: MessageLimits = sandboxLimits) {
    this.#limits = limits;
  }

  /**
   * The messages that a further piece of bytes completes.
   * @throws FLM_WORKER_PROTOCOL for a line that is too long, not UTF-8, not JSON or no message, and for too many
   */
  read(bytes: Buffer): WorkerMessage[] {
    const messages: WorkerMessage[] = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      this.#hold(bytes.subarray(start, end));
      messages.push(this.#complete());
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
    return messages;
  }

  #hold(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#limits.maxMessageBytes) throw protocolError("a line is longer than the ceiling");
    if (part.length > 0) this.#parts.push(part);
  }

  #complete(): WorkerMessage {
    this.#messages += 1;
    if (this.#messages > this.#limits.maxMessages) throw protocolError("it sent too many messages");
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
      const message = parseDocument(WorkerMessage, JSON.parse(text), "worker's message");
      if (message.type !== "failed" || isErrorCode(message.error.code)) return message;
    } catch {
      // The cause quotes what the worker sent: dropped.
    }
    throw protocolError("a line is not a message");
  }
}
