import { readFileSync } from "node:fs";
import { accessSchemaUrl, loadPolicySet, presetPolicyUrls } from "@flamenco/policies/access";
import type { SigningKey } from "@flamenco/policies/trust";
import type { Study } from "@flamenco/policies/wire";
import { StudyVerifier, type VerifiedStudy } from "@flamenco/server";
import type { DatasetFixture } from "./dataset-fixture.js";
import { makeStudy } from "./signed-documents.js";
import { type SignedPackage, signStudy } from "./study-material.js";

export interface StudiedNode {
  readonly author: SigningKey;
  /** Key of the node `worf`, whose policies are those of the study's preset. */
  readonly node: SigningKey;
  readonly material: SignedPackage;
  /** The dataset `border`. */
  readonly dataset: DatasetFixture;
  readonly now: Date;
}

/** A study of one package on `border` that passed every check of the node `worf`; under `open` where nothing else is said. */
export async function verifyStudy(
  change: Partial<Study>,
  { author, node, material, dataset, now }: StudiedNode,
): Promise<VerifiedStudy> {
  const study = makeStudy(author, {
    packages: [material.reference],
    targets: [{ node: "worf", keyId: node.keyId, dataset: "border" }],
    now,
    ...change,
  });
  const { preset } = study.release;
  const { envelope, digest } = signStudy(study, author);
  return new StudyVerifier({
    nodeName: "worf",
    keyId: node.keyId,
    researchers: [{ keyId: author.keyId }],
    policies: loadPolicySet(readFileSync(accessSchemaUrl, "utf8"), [
      { name: `${preset}.cedar`, text: readFileSync(presetPolicyUrls[preset], "utf8") },
    ]),
    now: () => now,
    openDataset: async (name) => ({ name, ...dataset }),
    readBundle: async () => material.bundle,
  }).verify(envelope, digest, new AbortController().signal);
}
