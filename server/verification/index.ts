export { describeResearcher } from "./access-question.js";
export { StudyVerifier, type StudyVerifierOptions } from "./study-verifier.js";
export { type CheckedPackage, decisionsOf, type StudyDataset, type VerifiedStudy } from "./verified-study.js";
