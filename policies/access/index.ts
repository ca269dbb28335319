export { type AccessAction, AccessRequest, accessActions } from "./access-request.js";
export { type AccessDecision, decideAccess } from "./decide.js";
export { accessSchemaUrl, presetPolicyUrls } from "./policy-files.js";
export { loadPolicySet, type Policy, type PolicyFile, type PolicySet } from "./policy-set.js";
