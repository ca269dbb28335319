import { decideLf, renderTreeText, type VerifiedLf } from "@flamenco/language";
import { AccessAction } from "@flamenco/policies/access";
import {
  Certificate,
  Count,
  closed,
  Digest,
  Identifier,
  Instant,
  KeyId,
  KindName,
  LabelModelName,
  Name,
  OrNull,
  OutputName,
  PackageReference,
  PresetName,
  PrivacyBound,
  SourceFile,
  Task,
  Text,
} from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import type { ListedResearcher } from "../config/index.js";
import { limits } from "../limits.js";
import { type CheckedPackage, decisionsOf, describeResearcher, type VerifiedStudy } from "../verification/index.js";

const ShownLf = Type.Object(
  {
    name: Identifier,
    description: Text(2_000),
    /** What the node's own verifier found: fields, private fields, statistics and literals among it. */
    certificate: Certificate,
    /** Its decision as an indented tree. */
    explanation: Text(limits.explanationCharacters),
  },
  closed,
);

const ShownPackage = Type.Object(
  {
    ...PackageReference.properties,
    description: Text(2_000),
    signers: Type.Array(KeyId),
    files: Type.Array(SourceFile),
    lfs: Type.Array(ShownLf),
  },
  closed,
);
export type ShownPackage = Static<typeof ShownPackage>;

/**
 * Everything that a person needs to see before saying yes to a run, and nothing that changes by itself: an approval covers
 * the SHA-256 of this document. Another study, dataset version, policy set, package or price makes another document.
 */
export const Dossier = Type.Object(
  {
    schema: Type.Literal("flamenco-dossier/1"),
    study: Digest,
    title: Text(200),
    createdAt: Instant,
    expiresAt: Instant,
    researcher: Type.Object(
      {
        keyId: KeyId,
        trusted: Type.Boolean(),
        name: Type.Optional(Name),
        institution: Type.Optional(Name),
        collaborations: Type.Array(Name),
      },
      closed,
    ),
    task: Task,
    dataset: Type.Object({ name: Name, version: Digest, kind: KindName, rows: Count }, closed),
    packages: Type.Array(ShownPackage),
    outputs: Type.Array(OutputName),
    labelModel: LabelModelName,
    /** Classifier that is trained on the soft labels, where the study wants one. */
    endClassifier: OrNull(Text(40)),
    release: Type.Object(
      {
        preset: PresetName,
        /** What is promised of each privacy unit, and what that costs; null: the outputs leave exact. */
        bound: OrNull(PrivacyBound),
      },
      closed,
    ),
    /** Policies that decided, and the digest of the set that they are of. */
    decisions: Type.Array(
      Type.Object(
        {
          action: AccessAction,
          policies: Type.Array(Text(200)),
          reasons: Type.Array(Text(500)),
          approval: OrNull(Type.Literal("person")),
        },
        closed,
      ),
    ),
    policySet: Digest,
  },
  closed,
);
export type Dossier = Static<typeof Dossier>;

/**
 * Put together what a person sees of a study that passed every step but a person's word.
 * @param bound of the protected release; null where the outputs leave exact
 */
export function describeDossier(
  verified: VerifiedStudy,
  researchers: readonly ListedResearcher[],
  bound: PrivacyBound | null,
): Dossier {
  const { study, dataset, packages, runDecision } = verified;
  return {
    schema: "flamenco-dossier/1",
    study: verified.digest,
    title: study.title,
    createdAt: study.createdAt,
    expiresAt: study.expiresAt,
    researcher: describeResearcher(study.author, researchers),
    task: study.task,
    dataset: {
      name: dataset.name,
      version: dataset.version,
      kind: dataset.manifest.kind,
      rows: dataset.manifest.rows,
    },
    packages: packages.map(describePackage),
    outputs: study.outputs,
    labelModel: study.labelModel,
    endClassifier: study.endClassifier?.model ?? null,
    release: { preset: study.release.preset, bound },
    decisions: decisionsOf(verified).map(({ action, policies, reasons, approval }) => ({
      action,
      policies: [...policies],
      reasons: [...reasons],
      approval,
    })),
    policySet: runDecision.policySet,
  };
}

function describePackage({ opened, lfs }: CheckedPackage): ShownPackage {
  return {
    ...opened.reference,
    description: opened.manifest.description,
    signers: [...opened.signers],
    files: [...opened.files],
    lfs: lfs.map((lf) => ({
      name: lf.name,
      description: lf.description.slice(0, 2_000),
      certificate: lf.certificate,
      explanation: explain(lf),
    })),
  };
}

function explain(lf: VerifiedLf): string {
  const text = renderTreeText(decideLf(lf).tree);
  if (text.length <= limits.explanationCharacters) return text;
  const note = "\n… longer than is shown; `flamenco lf explain` draws the whole tree.\n";
  return text.slice(0, limits.explanationCharacters - note.length) + note;
}
