import type { Certificate, DatasetStatistics, DecisionTree, Kind } from "@flamenco/policies/wire";
import type { NodeId } from "./ir/index.js";
import type { Kernel } from "./kernel/kernel.js";
import type { FileVerification, LfSources, VerifiablePackage, VerifiedLf, VerifyOptions } from "./verification.js";

export type { NodeId, Program } from "./ir/index.js";
export type { Kernel } from "./kernel/kernel.js";
export { limits } from "./limits.js";
export type * from "./verification.js";

export type PrivateLiteral = Certificate["literals"][number];
/** A row by field name; null, NaN and absence are all missing. */
export type LfRow = Readonly<Record<string, number | string | boolean | null>>;
export interface LfDecision {
  readonly tree: DecisionTree;
  /** Node of the LF's program that each test of the tree stands for; null at leaves. */
  readonly predicates: readonly (NodeId | null)[];
}
export interface TypeProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
}
export declare function verifyFile(text: string, options: VerifyOptions): FileVerification;
export declare function verifyLfs(
  sources: LfSources,
  options?: { readonly grantedFields?: readonly string[] },
): VerifiedLf[];
export declare function verifyPackage(
  opened: VerifiablePackage,
  options?: { readonly grantedFields?: readonly string[] },
): VerifiedLf[];
export declare function emitKernel(lfs: readonly VerifiedLf[], labels: readonly string[]): Kernel;
export declare function interpretLf(lf: VerifiedLf, row: LfRow, statistics: DatasetStatistics): number;
export declare function decideLf(lf: VerifiedLf): LfDecision;
export declare function renderTreeText(tree: DecisionTree): string;
export declare function renderTreeSvg(tree: DecisionTree, options: { readonly title: string }): string;
export declare function authorTypes(kind: Kind, labels: readonly string[]): string;
export declare function checkAuthorTypes(
  files: readonly { readonly path: string; readonly text: string }[],
  kind: Kind,
  labels: readonly string[],
): TypeProblem[];
export declare function suggestStatistic(literal: PrivateLiteral, statistics: DatasetStatistics): string | undefined;
