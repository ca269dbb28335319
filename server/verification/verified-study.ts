import type { VerifiedLf } from "@flamenco/language";
import type { AccessDecision } from "@flamenco/policies/access";
import type { OpenedPackage } from "@flamenco/policies/trust";
import type { DatasetManifest, Study, StudyTarget } from "@flamenco/policies/wire";

/** A dataset version that a run will read, as far as the control plane knows it: never a row. */
export interface StudyDataset {
  readonly name: string;
  /** Absolute path of the version's directory. */
  readonly directory: string;
  readonly version: string;
  readonly manifest: DatasetManifest;
}

/** A package whose signatures, digests and certificates this node checked itself. */
export interface CheckedPackage {
  /** The bundle as it came, for whoever keeps it. */
  readonly bundle: unknown;
  readonly opened: OpenedPackage;
  readonly lfs: readonly VerifiedLf[];
}

/** A study that passed every step. */
export interface VerifiedStudy {
  readonly digest: string;
  readonly study: Study;
  readonly target: StudyTarget;
  readonly dataset: StudyDataset;
  readonly packages: readonly CheckedPackage[];
  /** Private fields that the policies granted by allowing the run. */
  readonly grantedFields: readonly string[];
  readonly runDecision: AccessDecision;
  /** Null where no labeling function compares with a statistic: nothing was asked. */
  readonly statisticsDecision: AccessDecision | null;
  readonly releaseDecision: AccessDecision;
}

/** Every decision that the study stands on, in the order in which they were made. */
export function decisionsOf({ runDecision, statisticsDecision, releaseDecision }: VerifiedStudy): AccessDecision[] {
  return [runDecision, ...(statisticsDecision === null ? [] : [statisticsDecision]), releaseDecision];
}
