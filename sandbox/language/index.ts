export {
  authorTypes,
  checkAuthorTypes,
  type PrivateLiteral,
  suggestStatistic,
  type TypeProblem,
} from "./author/index.js";
export { decideLf, decideSet, type LfDecision, type SetDecision, type SetLf, type SetOptions } from "./decide/index.js";
export { type DecisionPath, type DecisionStep, followDecision, interpretLf } from "./interpret/index.js";
export type { IrNode, NodeId, Program } from "./ir/index.js";
export { emitKernel, type Kernel } from "./kernel/index.js";
export { limits } from "./limits.js";
export { columnStatistics, type MockOptions, mockRows } from "./mock/index.js";
export { escapeXml, renderTreeDot, renderTreeMermaid, renderTreeSvg, renderTreeText } from "./render/index.js";
export type { LfRow } from "./row.js";
export { type PermitRole, permits, type SyntaxKindName } from "./syntax/index.js";
export type * from "./verification.js";
export { verifyFile } from "./verify-file.js";
export { type GrantOptions, verifyLfs, verifyPackage } from "./verify-package.js";
export { abstainName, languageConstants, languageModule, rowTypeName } from "./vocabulary.js";
