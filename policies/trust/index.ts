export { canonicalJson, parseCanonicalJson } from "./canonical-json.js";
export { digestOf, sha256, sodiumReady } from "./digest.js";
export {
  openEnvelope,
  openSignedBy,
  preAuthenticationEncoding,
  signDocument,
  type VerifiedDocument,
} from "./envelope.js";
export { formatKeyFile, parseKeyFile } from "./key-file.js";
export { keyIdOf, publicKeyOf, type SigningKey, sign, signingKeyFromSeed, verifySignature } from "./keys.js";
export { type OpenedPackage, openPackage } from "./package-verification.js";
