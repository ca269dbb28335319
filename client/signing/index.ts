export {
  DESCRIPTION_FILE,
  LOCAL_KIND_FILE,
  type PackageFolder,
  readLocalKind,
  readPackageFolder,
  readSourceFile,
  readSources,
} from "./package-folder.js";
export { type PackageClaims, type PackedPackage, packPackage, packSources, signPackage } from "./package-packing.js";
export { type SourceVerification, verifySources } from "./source-verification.js";
export { parseStrictJson } from "./strict-json.js";
export { findTypeProblems } from "./type-check.js";
