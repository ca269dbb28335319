import type { DatasetManifest } from "@flamenco/policies/wire";
import type { DatasetVersion } from "../datasets/index.js";
import type { MappingRow } from "./dialects/index.js";
import type { LabelMap } from "./label-map.js";
import type { PipelinePlan } from "./preparation.js";

/** What an import is doing, for a progress line: `read` counts bytes, `write` rows, `statistics` columns. */
export interface ImportProgress {
  readonly stage: "read" | "write" | "statistics";
  readonly done: number;
  readonly total: number;
}

export interface ImportRequest {
  /** Folder that holds the node's datasets. */
  readonly root: string;
  readonly name: string;
  /** Paths of the input files, as the operator wrote them; the account names them so. */
  readonly files: readonly string[];
  /** `auto` or the name of a dialect. */
  readonly dialect: string;
  /** Ground truth; null for none. */
  readonly labels: LabelMap | null;
  /** How the kept rows are prepared; absent: as they are. */
  readonly preparation?: PipelinePlan;
  /** Do everything but publish. */
  readonly dryRun: boolean;
  /** Bytes of input between two checkpoints; absent: `importLimits.checkpointBytes`. */
  readonly checkpointBytes?: number;
  readonly now: () => Date;
  /** Name and version of the software, for the manifest. */
  readonly software: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

export interface ImportResult {
  readonly manifest: DatasetManifest;
  /** The version that was published, or null in a dry run. */
  readonly published: DatasetVersion | null;
  /** Rows of each label of ground truth, and without one; for the operator who ran the import and nobody else. */
  readonly labelCounts: readonly { readonly label: string | null; readonly rows: number }[];
  /** Input files whose rows an import that had ended early left behind, and that were not read again. */
  readonly resumedFiles: number;
  /** What became of the columns of the first file. */
  readonly mapping: readonly MappingRow[];
  /** Values of the label map that no kept row has. */
  readonly unseenValues: readonly string[];
}
