export { decideLf, type LfDecision } from "./decide/index.js";
export { type DecisionPath, type DecisionStep, followDecision, interpretLf } from "./interpret/index.js";
export type { IrNode, NodeId, Program } from "./ir/index.js";
export { emitKernel, type Kernel } from "./kernel/index.js";
export { limits } from "./limits.js";
export type { LfRow } from "./row.js";
export type * from "./verification.js";
export { verifyFile } from "./verify-file.js";
export { type GrantOptions, verifyLfs, verifyPackage } from "./verify-package.js";

import type { Certificate, DatasetStatistics, DecisionTree, Kind } from "@flamenco/policies/wire";

export type PrivateLiteral = Certificate["literals"][number];
export interface TypeProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
}
export declare function renderTreeText(tree: DecisionTree): string;
export declare function renderTreeSvg(tree: DecisionTree, options: { readonly title: string }): string;
export declare function authorTypes(kind: Kind, labels: readonly string[]): string;
export declare function checkAuthorTypes(
  files: readonly { readonly path: string; readonly text: string }[],
  kind: Kind,
  labels: readonly string[],
): TypeProblem[];
export declare function suggestStatistic(literal: PrivateLiteral, statistics: DatasetStatistics): string | undefined;
