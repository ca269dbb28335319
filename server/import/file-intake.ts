import { recordLimits } from "@flamenco/sandbox/records";
import type { FilePlan } from "./file-plan.js";

/** What makes rows of one file's bytes. */
export interface FileIntake {
  push(chunk: Buffer): void;
  /** The file's end. */
  finish(): void;
  /** @throws FLM_IMPORT_HEADER when the file had none */
  readonly plan: FilePlan;
  /** Rows carry the number of their record. */
  readonly records: boolean;
  /** Decide on a row that may have been cut off. @returns true when it was kept */
  settleLastLine(isWholeLabel: (label: string) => Promise<boolean>): Promise<boolean>;
  /** Note what is no row. */
  close(): void;
}

/** Holds back the beginning of a file until there is enough of it to tell what the file is. */
export class FileHead {
  readonly #choose: (head: Buffer) => FileIntake | null;
  #held: Buffer[] = [];
  #bytes = 0;
  #chosen = false;
  #intake: FileIntake | null = null;

  /** @param choose called once, with the file's first bytes; null for bytes that nobody wants */
  constructor(choose: (head: Buffer) => FileIntake | null) {
    this.#choose = choose;
  }

  /** What takes the bytes; null before it is chosen, and when nobody does. */
  get intake(): FileIntake | null {
    return this.#intake;
  }

  push(chunk: Buffer): void {
    if (this.#chosen) {
      this.#intake?.push(chunk);
      return;
    }
    // The reader may use a chunk's memory again.
    this.#held.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
    if (this.#bytes >= recordLimits.headBytes) this.#decide();
  }

  finish(): void {
    if (!this.#chosen) this.#decide();
    this.#intake?.finish();
  }

  #decide(): void {
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#chosen = true;
    this.#intake = this.#choose(held.subarray(0, recordLimits.headBytes));
    this.#intake?.push(held);
  }
}
