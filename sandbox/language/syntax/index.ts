export { docCommentOf } from "./doc-comment.js";
export { quoteGuestText, SourceLines, showGuestText } from "./excerpt.js";
export { exportedFunctions } from "./exported-functions.js";
export { parseSource } from "./parse.js";
export { scanPermits } from "./permit-scan.js";
export { kindName, type PermitRole, permitOf, permits, type SyntaxKindName } from "./permits.js";
export { RefusalLog } from "./refusal-log.js";
