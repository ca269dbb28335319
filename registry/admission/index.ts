export { admitPackage, type PackageAdmission, publisherOf } from "./package-admission.js";
export { admitStudy, openStudy } from "./study-admission.js";
