import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf, openPackage, type SigningKey, sha256, signDocument, sodiumReady } from "@flamenco/policies/trust";
import {
  type Certificate,
  kindOf,
  type PackageBundle,
  type PackageDescription,
  PackageManifest,
  type PackageReference,
  type PackageStatement,
  parseDocument,
  payloadTypes,
  type SourceFile,
} from "@flamenco/policies/wire";
import { readPackageFolder } from "./package-folder.js";
import { type SourceVerification, verifySources } from "./source-verification.js";

/** A package ready to travel. */
export interface PackedPackage {
  readonly bundle: PackageBundle;
  readonly reference: PackageReference;
  readonly manifest: PackageManifest;
  /** What the verifier said, its warnings among it. */
  readonly verification: SourceVerification;
}

/**
 * Read a package folder, verify every labeling function, and sign the manifest with its certificates. The same folder and
 * key give the same bytes.
 * @throws FLM_LF_REFUSED with every refusal at `file:line:column`; FLM_PACKAGE_FORMAT, FLM_SCHEMA, FLM_TOO_LARGE,
 *   FLM_FILE_UNREADABLE as `readPackageFolder`
 * @example
 * const { bundle, reference } = await packPackage("examples/packages/ntp", await loadKey(dataDir, "alice"));
 * await registry.publish(bundle);
 * console.log(`${reference.name}@${reference.version}`);
 */
export async function packPackage(folder: string, key: SigningKey): Promise<PackedPackage> {
  const { description, files } = await readPackageFolder(folder);
  return packSources(description, files, key);
}

/** As `packPackage`, from what was read already. */
export async function packSources(
  description: PackageDescription,
  files: readonly SourceFile[],
  key: SigningKey,
): Promise<PackedPackage> {
  await sodiumReady;
  const verification = verifySources(files, { kind: kindOf(description.kind), labels: description.task.labels });
  assertAccepted(verification);
  const lfs = verification.lfs.map(({ path, lf }) => ({ name: lf.name, file: path, description: lf.description }));
  const certificates = verification.lfs.map(({ lf }) => lf.certificate);
  const { bundle, manifest } = signPackage({ description, files, lfs, certificates }, key);
  // Whatever a registry would refuse for its form is refused here, before it travels.
  const { reference } = openPackage(bundle);
  return { bundle, reference, manifest, verification };
}

/** What an author claims: nothing here is checked. */
export interface PackageClaims {
  readonly description: PackageDescription;
  readonly files: readonly SourceFile[];
  readonly lfs: PackageManifest["lfs"];
  readonly certificates: readonly Certificate[];
}

/** Write the manifest, put it with the certificates into an in-toto statement, sign that. libsodium must be ready. */
export function signPackage(
  { description, files, lfs, certificates }: PackageClaims,
  key: SigningKey,
): Pick<PackedPackage, "bundle" | "manifest"> {
  const draft = {
    schema: "flamenco-package/1",
    ...description,
    files: files.map(({ path, text }) => ({ path, sha256: sha256(text), bytes: Buffer.byteLength(text) })),
    lfs,
  };
  const manifest = parseDocument(PackageManifest, draft, "package");
  const statement: PackageStatement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: `${manifest.name}@${manifest.version}`, digest: { sha256: digestOf(manifest) } }],
    predicateType: "urn:flamenco:package:1",
    predicate: { manifest, certificates: [...certificates] },
  };
  return { bundle: { envelope: signDocument(payloadTypes.package, statement, [key]), files: [...files] }, manifest };
}

function assertAccepted({ refusals }: SourceVerification): void {
  const [first] = refusals;
  if (first === undefined) return;
  const details = refusals.map(({ path, line, column, message, excerpt, code }) => ({
    at: `${path}:${line}:${column}`,
    message: `${message} (${code})\n${excerpt}`,
  }));
  const places = refusals.length === 1 ? "one place" : `${refusals.length} places`;
  throw new FlamencoError("FLM_LF_REFUSED", `The verifier refuses ${places} of the package.`, { details });
}
