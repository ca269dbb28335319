export { canonicalJson, parseCanonicalJson } from "./canonical-json.js";
export { auditOriginOf, type Checkpoint, openCheckpoint, signCheckpoint, signerOfCheckpoint } from "./checkpoint.js";
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
export { tilePath, tileWidth } from "./log-tiles.js";
export { emptyRoot, hashBytes, leafHash, nodeHash, sameHash } from "./merkle-hash.js";
export {
  type ConsistencyClaim,
  type InclusionClaim,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from "./merkle-proofs.js";
export { type OpenedPackage, openPackage } from "./package-verification.js";
export {
  describeProof,
  type ProvenRelease,
  recordBytes,
  type VerifiedProof,
  verifyReleaseProof,
} from "./release-proof.js";
export { openNote, signNote } from "./signed-note.js";
export { type FullTile, type ReadTile, TileTree } from "./tile-tree.js";
