import { FlamencoError } from "../errors/index.js";
import {
  type Certificate,
  PackageBundle,
  type PackageManifest,
  type PackageReference,
  PackageStatement,
  parseDocument,
  payloadTypes,
  type SourceFile,
} from "../wire/index.js";
import { digestOf, sha256 } from "./digest.js";
import { openEnvelope } from "./envelope.js";

/** A package whose signatures and digests hold. Whether its sources verify is the language's question, asked next. */
export interface OpenedPackage {
  readonly reference: PackageReference;
  readonly manifest: PackageManifest;
  readonly certificates: readonly Certificate[];
  readonly files: readonly SourceFile[];
  /** Keys that signed; the first is the publisher. */
  readonly signers: readonly string[];
}

/**
 * Open a package bundle. In order: shape, signatures, statement's subject is the manifest, files are exactly those of the
 * manifest with their digests and sizes, LFs name files that are there, one certificate per LF.
 * @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL, FLM_DIGEST, FLM_PACKAGE_FORMAT
 */
export function openPackage(input: unknown): OpenedPackage {
  const bundle = parseDocument(PackageBundle, input, "package");
  const { document, signers } = openEnvelope(
    bundle.envelope,
    payloadTypes.package,
    PackageStatement,
    "package statement",
  );
  const { manifest, certificates } = document.predicate;
  const id = digestOf(manifest);
  const subject = document.subject[0];
  if (subject?.digest.sha256 !== id || subject.name !== `${manifest.name}@${manifest.version}`) {
    throw new FlamencoError("FLM_PACKAGE_FORMAT", "The statement's subject is not the manifest that it carries.");
  }
  assertFiles(manifest, bundle.files);
  assertLfs(manifest, certificates);
  return {
    reference: { name: manifest.name, version: manifest.version, id },
    manifest,
    certificates,
    files: bundle.files,
    signers,
  };
}

function assertFiles(manifest: PackageManifest, files: readonly SourceFile[]): void {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const listed = new Set(manifest.files.map(({ path }) => path));
  if (byPath.size !== files.length || listed.size !== manifest.files.length || listed.size !== files.length) {
    throw new FlamencoError("FLM_PACKAGE_FORMAT", "The package's files are not exactly those that its manifest lists.");
  }
  for (const { path, sha256: expected, bytes } of manifest.files) {
    const file = byPath.get(path);
    if (file === undefined)
      throw new FlamencoError("FLM_PACKAGE_FORMAT", `The file ${path} of the manifest is missing.`);
    const encoded = new TextEncoder().encode(file.text);
    // A lone surrogate is encoded as U+FFFD is: two texts with one digest.
    const isUnicode = new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded) === file.text;
    if (!isUnicode || encoded.length !== bytes || sha256(encoded) !== expected) {
      throw new FlamencoError("FLM_DIGEST", `The file ${path} was altered after signing.`);
    }
  }
}

function assertLfs(manifest: PackageManifest, certificates: readonly Certificate[]): void {
  if (!manifest.task.labels.includes(manifest.task.positive)) {
    throw new FlamencoError("FLM_PACKAGE_FORMAT", "The task's positive label is not one of its labels.");
  }
  const names = manifest.lfs.map(({ name }) => name);
  const paths = new Set(manifest.files.map(({ path }) => path));
  if (new Set(names).size !== names.length)
    throw new FlamencoError("FLM_PACKAGE_FORMAT", "Two labeling functions have one name.");
  for (const { name, file } of manifest.lfs) {
    if (!paths.has(file))
      throw new FlamencoError("FLM_PACKAGE_FORMAT", `The file ${file} of ${name} is not in the package.`);
  }
  if (certificates.length !== names.length || certificates.some(({ lf }, index) => lf !== names[index])) {
    throw new FlamencoError(
      "FLM_PACKAGE_FORMAT",
      "The package needs one certificate for each labeling function, in order.",
    );
  }
}
