import type { ErrorCode } from "@flamenco/policies/errors";
import type { Certificate, Kind, PackageManifest, SourceFile } from "@flamenco/policies/wire";
import type { Program } from "./ir/index.js";

/** What a file is verified against. */
export interface VerifyOptions {
  readonly kind: Kind;
  /** Labels of the task, in order. */
  readonly labels: readonly string[];
  /** Name of the file in messages; `lf.ts` when absent. */
  readonly path?: string | undefined;
  /** Private fields that policy lets this file read. */
  readonly grantedFields?: readonly string[] | undefined;
}

/** One place that the verifier refuses. Lines and columns count from 1. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The source line and, under it, a caret. */
  readonly excerpt: string;
  /** The LF, helper or constant in which it stands, when in one. */
  readonly lf?: string;
}

/** Something accepted that its author should look at. */
export interface LfWarning {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
  readonly lf: string;
}

/** A labeling function that was proved pure, total, stateless and deterministic. */
export interface VerifiedLf {
  readonly name: string;
  /** Text of its doc comment. */
  readonly description: string;
  readonly program: Program;
  readonly certificate: Certificate;
}

/** Everything that the verifier says about one file. With a refusal, LFs that stand on their own are still listed. */
export interface FileVerification {
  readonly lfs: readonly VerifiedLf[];
  /** Names of all functions that the file exports, accepted or not, in source order; none of a file that cannot be parsed. */
  readonly exported: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly LfWarning[];
}

/** The sources of some LFs and what they are verified against. */
export interface LfSources {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly files: readonly SourceFile[];
  readonly lfs: readonly { readonly name: string; readonly file: string }[];
}

/** The parts of an opened package that verification needs. */
export interface VerifiablePackage {
  readonly manifest: Pick<PackageManifest, "kind" | "task" | "lfs">;
  readonly files: readonly SourceFile[];
  readonly certificates: readonly Certificate[];
}
