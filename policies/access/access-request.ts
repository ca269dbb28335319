import { type Static, Type } from "@sinclair/typebox";
import {
  classifierNames,
  closed,
  Identifier,
  KeyId,
  KindName,
  Name,
  OutputName,
  oneOf,
  PackageName,
  PresetName,
  Text,
} from "../wire/index.js";

/**
 * What policies are asked: may the study run, may its labeling functions compare with the dataset's statistics, may its
 * outputs leave.
 */
export const accessActions = ["run", "readStatistics", "release"] as const;
export const AccessAction = oneOf(accessActions);
export type AccessAction = (typeof accessActions)[number];

/** Cedar's Long is wider than what JSON carries exactly; every number stays inside the exact integers. */
const Long = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Who asks, as far as the operator's `node.json` says. */
export const AccessResearcher = Type.Object(
  {
    keyId: KeyId,
    trusted: Type.Boolean(),
    name: Type.Optional(Name),
    institution: Type.Optional(Name),
    collaborations: Type.Array(Name, { maxItems: 100 }),
  },
  closed,
);
export type AccessResearcher = Static<typeof AccessResearcher>;

/** What a release would cost and what is left to spend, in micro-rho of zero-concentrated differential privacy. */
export const AccessBudget = Type.Object(
  { priceMicroRho: Long, collaboratorLeftMicroRho: Long, datasetLeftMicroRho: Long },
  closed,
);
export type AccessBudget = Static<typeof AccessBudget>;

/** What is asked for, all of it established by the node. */
export const AccessContext = Type.Object(
  {
    task: Name,
    preset: PresetName,
    outputs: Type.Array(OutputName),
    packages: Type.Array(PackageName),
    signers: Type.Array(KeyId),
    leastSigners: Long,
    reviewers: Type.Array(KeyId),
    leastReviews: Long,
    labelingFunctions: Long,
    certifiedLabelingFunctions: Long,
    fields: Type.Array(Identifier),
    privateFields: Type.Array(Identifier),
    statistics: Type.Array(Text(130)),
    networkLiterals: Long,
    endClassifier: Type.Optional(oneOf(classifierNames)),
    budget: Type.Optional(AccessBudget),
  },
  closed,
);
export type AccessContext = Static<typeof AccessContext>;

/**
 * The question that policies decide, in the terms of `flamenco.cedarschema`. A closed schema: strings where numbers
 * belong, fractions, NaN, negative and huge numbers are refused before Cedar sees them.
 */
export const AccessRequest = Type.Object(
  {
    action: AccessAction,
    researcher: AccessResearcher,
    dataset: Type.Object({ name: Name, kind: KindName, rows: Long }, closed),
    context: AccessContext,
  },
  closed,
);
export type AccessRequest = Static<typeof AccessRequest>;
