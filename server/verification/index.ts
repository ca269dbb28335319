export { StudyVerifier, type StudyVerifierOptions } from "./study-verifier.js";
export type { CheckedPackage, StudyDataset, VerifiedStudy } from "./verified-study.js";
