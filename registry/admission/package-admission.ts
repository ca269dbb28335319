import { verifyPackage } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { type OpenedPackage, openPackage } from "@flamenco/policies/trust";
import { PackageBundle, parseDocument } from "@flamenco/policies/wire";
import { type Catalog, namespaceOf } from "../catalog/index.js";
import { limits } from "../limits.js";

/** A package that may be published, or that is published already. */
export interface PackageAdmission {
  readonly bundle: PackageBundle;
  readonly opened: OpenedPackage;
  readonly new: boolean;
}

/**
 * Decide whether a package may enter the catalog. The steps, in this order, each refusing with its own code; the cheap
 * and decisive ones come before the verifier, so that only an owner can make the registry verify under a name.
 * @throws FLM_SCHEMA, FLM_TOO_LARGE, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, FLM_DIGEST, FLM_PACKAGE_FORMAT,
 *   FLM_NAMESPACE_OWNER, FLM_VERSION_EXISTS, FLM_LF_REFUSED, FLM_PACKAGE_CERTIFICATE
 */
export function admitPackage(input: unknown, catalog: Catalog): PackageAdmission {
  const bundle = checkWellFormed(input);
  checkSize(bundle);
  const opened = checkSignature(bundle);
  checkNamespaceOwner(opened, catalog);
  if (isPublished(opened, catalog)) return { bundle, opened, new: false };
  checkSources(opened);
  return { bundle, opened, new: true };
}

/** Key that publishes: the first that signed. */
export function publisherOf(opened: OpenedPackage): string {
  const [first] = opened.signers;
  if (first === undefined) throw new FlamencoError("FLM_UNSIGNED", "The package carries no signature.");
  return first;
}

/** Step 1: the bundle has the shape of a package. */
function checkWellFormed(input: unknown): PackageBundle {
  return parseDocument(PackageBundle, input, "package");
}

/** Step 2: statement and sources are within their ceilings. */
function checkSize(bundle: PackageBundle): void {
  const sourceBytes = bundle.files.reduce((sum, { text }) => sum + Buffer.byteLength(text, "utf8"), 0);
  if (sourceBytes > limits.packageSourceBytes) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The sources have ${sourceBytes} bytes; the ceiling is ${limits.packageSourceBytes}.`,
    );
  }
  if (bundle.envelope.payload.length > limits.packageStatementCharacters) {
    throw new FlamencoError(
      "FLM_TOO_LARGE",
      `The signed statement has ${bundle.envelope.payload.length} characters; the ceiling is ${limits.packageStatementCharacters}.`,
    );
  }
}

/** Step 3: every signature holds, and the files are exactly those that were signed. */
function checkSignature(bundle: PackageBundle): OpenedPackage {
  return openPackage(bundle);
}

/** Step 4: the first key that published in a namespace is the only one that may. */
function checkNamespaceOwner(opened: OpenedPackage, catalog: Catalog): void {
  const namespace = namespaceOf(opened.reference.name);
  const owner = catalog.ownerOf(namespace);
  if (owner !== undefined && owner !== publisherOf(opened)) {
    throw new FlamencoError(
      "FLM_NAMESPACE_OWNER",
      `The namespace ${namespace} belongs to ${owner}; this package was signed by ${publisherOf(opened)}.`,
    );
  }
}

/** Step 5: a version is published once. True when it is this very package that was. */
function isPublished(opened: OpenedPackage, catalog: Catalog): boolean {
  const { name, version, id } = opened.reference;
  const published = catalog.byVersion(name, version);
  if (published === undefined) return false;
  if (published.summary.id !== id) {
    throw new FlamencoError("FLM_VERSION_EXISTS", `${name}@${version} is published already, with other content.`);
  }
  return true;
}

/** Step 6: the sources verify, and yield the certificates that were signed. The same verifier as the node's. */
function checkSources(opened: OpenedPackage): void {
  verifyPackage(opened);
}
