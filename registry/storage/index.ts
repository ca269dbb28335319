export type { JournalRecovery } from "./journal.js";
export type { JournalBody, JournalEntry } from "./journal-entry.js";
export { Ledger } from "./ledger.js";
export type { ObjectStore } from "./object-store.js";
export { syncDirectory } from "./sync-directory.js";
