import { type Static, Type } from "@sinclair/typebox";
import {
  closed,
  Identifier,
  KeyId,
  KindName,
  Name,
  OutputName,
  oneOf,
  PackageName,
  PresetName,
} from "../wire/index.js";

export const accessActions = ["run", "release"] as const;
export type AccessAction = (typeof accessActions)[number];

/** Cedar's Long is wider than what JSON carries exactly; every number stays inside the exact integers. */
const Long = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/**
 * The question that policies decide, in the terms of `flamenco.cedarschema`. A closed schema: strings where numbers
 * belong, fractions, NaN, negative and huge numbers are refused before Cedar sees them.
 */
export const AccessRequest = Type.Object(
  {
    action: oneOf(accessActions),
    researcher: Type.Object({ keyId: KeyId, trusted: Type.Boolean(), name: Type.Optional(Name) }, closed),
    dataset: Type.Object({ name: Name, kind: KindName, rows: Long }, closed),
    context: Type.Object(
      {
        task: Name,
        preset: PresetName,
        outputs: Type.Array(OutputName),
        packages: Type.Array(PackageName),
        signers: Type.Array(KeyId),
        labelingFunctions: Long,
        certifiedLabelingFunctions: Long,
        fields: Type.Array(Identifier),
        privateFields: Type.Array(Identifier),
        networkLiterals: Long,
      },
      closed,
    ),
  },
  closed,
);
export type AccessRequest = Static<typeof AccessRequest>;
