import { type Static, Type } from "@sinclair/typebox";
import { Certificate } from "./certificate.js";
import { Envelope } from "./envelope.js";
import {
  Count,
  closed,
  Digest,
  Identifier,
  Instant,
  KeyId,
  Name,
  OrNull,
  PackageName,
  Text,
  Version,
} from "./primitives.js";
import { Task } from "./task.js";

/** Kind of rows, by name and version. */
export const KindName = Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}/[1-9][0-9]{0,3}$", description: "kind/version" });
export type KindName = Static<typeof KindName>;

/** Path of a source inside a package: flat or one folder deep, TypeScript or Markdown. */
export const SourcePath = Type.String({ pattern: "^([a-z0-9][a-z0-9-]{0,63}/)?[a-z0-9][a-z0-9-]{0,63}\\.(ts|md)$" });

/** `flamenco.json`, as an author writes it beside the sources. */
export const PackageDescription = Type.Object(
  {
    name: PackageName,
    version: Version,
    kind: KindName,
    task: Task,
    license: Text(64),
    description: Text(2000),
    authors: Type.Array(Type.Object({ name: Text(200), institution: Type.Optional(Text(200)) }, closed), {
      minItems: 1,
      maxItems: 32,
    }),
  },
  closed,
);
export type PackageDescription = Static<typeof PackageDescription>;

/** One exported function of a package. Its id elsewhere is `namespace/name@version#function`. */
export const ManifestLf = Type.Object({ name: Identifier, file: SourcePath, description: Text(2000) }, closed);

/** The manifest: description, files by digest, LFs. Its canonical SHA-256 is the package id. */
export const PackageManifest = Type.Object(
  {
    schema: Type.Literal("flamenco-package/1"),
    ...PackageDescription.properties,
    files: Type.Array(Type.Object({ path: SourcePath, sha256: Digest, bytes: Count }, closed), {
      minItems: 1,
      maxItems: 64,
    }),
    lfs: Type.Array(ManifestLf, { minItems: 1, maxItems: 64 }),
  },
  closed,
);
export type PackageManifest = Static<typeof PackageManifest>;

/** in-toto Statement v1 (https://in-toto.io/Statement/v1) whose subject is the manifest: what the author signs. */
export const PackageStatement = Type.Object(
  {
    _type: Type.Literal("https://in-toto.io/Statement/v1"),
    subject: Type.Array(Type.Object({ name: Text(200), digest: Type.Object({ sha256: Digest }, closed) }, closed), {
      minItems: 1,
      maxItems: 1,
    }),
    predicateType: Type.Literal("urn:flamenco:package:1"),
    predicate: Type.Object(
      { manifest: PackageManifest, certificates: Type.Array(Certificate, { minItems: 1, maxItems: 64 }) },
      closed,
    ),
  },
  closed,
);
export type PackageStatement = Static<typeof PackageStatement>;

export const SourceFile = Type.Object({ path: SourcePath, text: Text(64 * 1024) }, closed);
export type SourceFile = Static<typeof SourceFile>;

/** A package as it travels: the signed statement and the files it names. */
export const PackageBundle = Type.Object(
  { envelope: Envelope, files: Type.Array(SourceFile, { minItems: 1, maxItems: 64 }) },
  closed,
);
export type PackageBundle = Static<typeof PackageBundle>;

/** Reference to one package: by name for people, by id for machines. */
export const PackageReference = Type.Object({ name: PackageName, version: Version, id: Digest }, closed);
export type PackageReference = Static<typeof PackageReference>;

/** A line of the registry's catalog. */
export const PackageSummary = Type.Object(
  {
    ...PackageReference.properties,
    kind: KindName,
    task: Name,
    description: Text(2000),
    authorKey: KeyId,
    lfs: Type.Array(ManifestLf),
    publishedAt: OrNull(Instant),
  },
  closed,
);
export type PackageSummary = Static<typeof PackageSummary>;
