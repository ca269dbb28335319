import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { FlamencoError } from "@flamenco/policies/errors";
import { parseDocument } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { searchLimits } from "./limits.js";

const closed = { additionalProperties: false } as const;
const place = Type.Integer({ minimum: 0 });

const JournalHead = Type.Object(
  {
    schema: Type.Literal("flamenco-search/1"),
    /** SHA-256 of everything that the search's result depends on. */
    digest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  },
  closed,
);

/** A finished fit: its score on the fold's rows, or why there is none. */
const FoldOutcome = Type.Union([
  Type.Object({ score: Type.Number() }, closed),
  Type.Object({ failure: Type.Object({ code: Type.String(), message: Type.String() }, closed) }, closed),
]);
export type FoldOutcome = Static<typeof FoldOutcome>;

const JournalEntry = Type.Object({ candidate: place, fold: place, outcome: FoldOutcome }, closed);
export type JournalEntry = Static<typeof JournalEntry>;

/**
 * Finished fits of a search, a line of JSON each, on disk before the search goes on. A line that a crash cut short is dropped,
 * and its fit is made again.
 */
export class SearchJournal {
  /** What an earlier search had finished. */
  readonly entries: readonly JournalEntry[];
  readonly #path: string;
  readonly #handle: number;

  /**
   * Open the journal of a search, or begin one.
   * @param digest names the search: its data, folds, candidates, metric and seed
   * @throws FLM_LEARN_RESUME for the journal of another search, FLM_SCHEMA for a file that is none, FLM_FILE_UNREADABLE
   */
  constructor(path: string, digest: string) {
    this.#path = path;
    this.#handle = this.#onDisk(() => openSync(path, "a+", 0o600));
    try {
      const text = this.#read();
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      const [head, ...entries] = whole.split("\n").slice(0, -1);
      this.entries = entries.map((line, index) => this.#parse(JournalEntry, line, index + 2));
      if (head !== undefined && this.#parse(JournalHead, head, 1).digest !== digest) {
        throw new FlamencoError(
          "FLM_LEARN_RESUME",
          "The file to resume from belongs to a search of other data or settings.",
        );
      }
      if (text !== "" && head === undefined) this.#assertTornHead(text);
      this.#onDisk(() => ftruncateSync(this.#handle, Buffer.byteLength(whole)));
      if (head === undefined) this.#write({ schema: "flamenco-search/1", digest } satisfies Static<typeof JournalHead>);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Durable when it returns. @throws FLM_DISK_FULL, FLM_FILE_UNREADABLE */
  append(entry: JournalEntry): void {
    this.#write(entry);
  }

  close(): void {
    closeSync(this.#handle);
  }

  #read(): string {
    const size = this.#onDisk(() => statSync(this.#path).size);
    if (size > searchLimits.journalBytes) {
      throw new FlamencoError(
        "FLM_TOO_LARGE",
        `The file to resume from has more than ${searchLimits.journalBytes} bytes.`,
      );
    }
    return this.#onDisk(() => readFileSync(this.#handle, "utf8"));
  }

  #parse<T extends typeof JournalHead | typeof JournalEntry>(schema: T, line: string, number: number): Static<T> {
    try {
      return parseDocument(schema, JSON.parse(line), "line");
    } catch (cause) {
      throw new FlamencoError(
        "FLM_SCHEMA",
        `The file to resume from is no journal of a search: line ${number} is not one of its lines.`,
        { cause },
      );
    }
  }

  /** A file of one unfinished line is ours only when it begins as a head does: nobody's notes are overwritten. */
  #assertTornHead(text: string): void {
    if ('{"schema":"flamenco-search/1","digest":"'.startsWith(text.slice(0, 40))) return;
    throw new FlamencoError("FLM_SCHEMA", "The file to resume from is no journal of a search.");
  }

  #write(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#onDisk(() => {
      for (let sent = 0; sent < bytes.length; ) sent += writeSync(this.#handle, bytes, sent);
      fsyncSync(this.#handle);
    });
  }

  #onDisk<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? "no";
      if (code === "ENOSPC")
        throw new FlamencoError("FLM_DISK_FULL", "The disk is full; the search can be resumed.", { cause });
      throw new FlamencoError("FLM_FILE_UNREADABLE", `The file to resume from: the system says ${code}.`, { cause });
    }
  }
}
