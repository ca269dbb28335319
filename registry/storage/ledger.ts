import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import { type DataDirLock, lockDataDir } from "./data-dir-lock.js";
import { Journal, type JournalRecovery } from "./journal.js";
import type { JournalBody, JournalEntry } from "./journal-entry.js";
import { ObjectStore } from "./object-store.js";
import { syncDirectory } from "./sync-directory.js";
import { WriteQueue } from "./write-queue.js";

/** Changes the state in memory by one entry; the same for an entry that was just written and for one that is replayed. */
export type ApplyEntry = (entry: JournalEntry, objects: ObjectStore) => Promise<void>;

/**
 * The registry's memory: a locked folder with a journal of what happened and a store of large objects. State in memory is
 * the journal's entries applied in order, nothing else.
 */
export class Ledger {
  readonly objects: ObjectStore;
  readonly recovery: JournalRecovery;
  readonly #journal: Journal;
  readonly #lock: DataDirLock;
  readonly #apply: ApplyEntry;
  readonly #now: () => Date;
  readonly #queue = new WriteQueue();
  #storeBytes: number;

  private constructor(parts: {
    objects: ObjectStore;
    journal: Journal;
    recovery: JournalRecovery;
    lock: DataDirLock;
    apply: ApplyEntry;
    now: () => Date;
    storeBytes: number;
  }) {
    this.objects = parts.objects;
    this.recovery = parts.recovery;
    this.#journal = parts.journal;
    this.#lock = parts.lock;
    this.#apply = parts.apply;
    this.#now = parts.now;
    this.#storeBytes = parts.storeBytes;
  }

  /** @throws FLM_DATA_DIR_LOCKED, FLM_REGISTRY_CORRUPT naming the damaged entry */
  static async open(directory: string, now: () => Date, apply: ApplyEntry): Promise<Ledger> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDataDir(join(directory, "lock"));
    try {
      const objects = await ObjectStore.open(join(directory, "objects"));
      let storeBytes = 0;
      const { journal, recovery } = await Journal.open(join(directory, "journal.jsonl"), async (entry) => {
        await replayEntry(entry, objects, apply);
        storeBytes += objectBytes(entry.body);
      });
      await syncDirectory(directory);
      return new Ledger({ objects, journal, recovery, lock, apply, now, storeBytes });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Run `task` while nothing else writes, so that what it checks still holds when it records. */
  write<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(task);
  }

  /** Put bytes into the object store, within its ceiling. Call inside `write`. @throws FLM_REGISTRY_FULL, FLM_DISK_FULL */
  async store(bytes: Uint8Array): Promise<{ object: string; bytes: number }> {
    if (this.#storeBytes + bytes.length > limits.storeBytes) {
      throw new FlamencoError(
        "FLM_REGISTRY_FULL",
        `The registry has reached its ceiling of ${limits.storeBytes} stored bytes.`,
      );
    }
    return { object: await this.objects.put(bytes), bytes: bytes.length };
  }

  /** Write one entry to the disk, then apply it. Call inside `write`. @throws FLM_REGISTRY_FULL, FLM_DISK_FULL */
  async record(body: JournalBody): Promise<void> {
    const entry = await this.#journal.append(this.#now().toISOString(), body);
    this.#storeBytes += objectBytes(body);
    await this.#apply(entry, this.objects);
  }

  /** Wait for the writes that are under way, then let the folder go. */
  async close(): Promise<void> {
    await this.#queue.drain();
    await this.#journal.close();
    await this.#lock.release();
  }
}

function objectBytes(body: JournalBody): number {
  return "bytes" in body ? body.bytes : 0;
}

async function replayEntry(entry: JournalEntry, objects: ObjectStore, apply: ApplyEntry): Promise<void> {
  const { sequence, body } = entry;
  try {
    if ("object" in body && !(await objects.has(body.object, body.bytes))) {
      throw new FlamencoError("FLM_REGISTRY_CORRUPT", `the object ${body.object} is missing or has another size`);
    }
    await apply(entry, objects);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown";
    throw new FlamencoError(
      "FLM_REGISTRY_CORRUPT",
      `Entry ${sequence} (line ${sequence}, ${body.type}) of the journal cannot be applied: ${reason}`,
      { cause },
    );
  }
}
