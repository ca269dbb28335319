export {
  AccessAction,
  AccessBudget,
  type AccessContext,
  AccessRequest,
  type AccessResearcher,
  accessActions,
} from "./access-request.js";
export type { Approver } from "./annotations.js";
export { type AccessDecision, decideAccess } from "./decide.js";
export { type AccessExplanation, explainAccess, type PolicyFinding } from "./explain.js";
export type { Policy, PolicyFile } from "./policy-file.js";
export { accessSchemaUrl, presetPolicyUrls, presetTestUrls } from "./policy-files.js";
export { loadPolicySet, type PolicySet } from "./policy-set.js";
export { mergePatch, PolicyTestFile, type PolicyTestResult, parsePolicyTests, runPolicyTests } from "./policy-tests.js";
