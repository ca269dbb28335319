export { ApprovalCheck, type ApprovalCheckOptions } from "./approval-check.js";
export { ApprovalOrder, ApprovalRequest, type Verdict, verdicts } from "./approval-request.js";
export { Approvals } from "./approvals.js";
export { Dossier, describeDossier, type ShownPackage } from "./dossier.js";
