import type { VerifiedLf } from "@flamenco/language";

/** A delimited file that has been read. */
export interface StudyTable {
  readonly rows: number;
  readonly names: readonly string[];
  /** @throws FLM_FIELD_MISSING, FLM_SCHEMA for a cell that is no number */
  numbers(column: string): Float64Array;
  /** @throws FLM_FIELD_MISSING */
  texts(column: string): readonly string[];
}

/** Verified LFs and the task that they vote on. */
export interface StudyLfs {
  readonly labels: readonly string[];
  readonly positive: string;
  readonly lfs: readonly { readonly name: string; readonly verified: VerifiedLf }[];
}

/** What a case study is run with. Reading delimited files and sources is the caller's part. */
export interface StudyInput {
  /** Folder of the data sets, laid out as `docs/case-studies.md` says; null where a small run takes the data that ship. */
  readonly data: string | null;
  /** Data that ship with the examples. */
  readonly examples: string;
  /** A cut of the study that takes seconds, for tests. */
  readonly small: boolean;
  readonly seed: number;
  readonly sources: StudyLfs;
  readonly readTable: (path: string) => Promise<StudyTable>;
  /** Told the share of the work that is done, 0..1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}
