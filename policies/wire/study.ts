import { type Static, Type } from "@sinclair/typebox";
import { ClassifierSpec } from "./classifier.js";
import { KindName, PackageReference } from "./package.js";
import { closed, Digest, Instant, KeyId, Name, oneOf, Share, Text } from "./primitives.js";
import { Task } from "./task.js";

/** What a study may ask a node to return. */
export const outputNames = ["analysis", "labelModel", "metrics", "tree", "combinations", "exactTree"] as const;
/** What a study asks for when its author names nothing. */
export const defaultOutputNames = ["analysis", "labelModel", "metrics", "tree"] as const;
export const OutputName = oneOf(outputNames);
export type OutputName = (typeof outputNames)[number];

/** How votes become soft labels (see docs/labeling). `auto` chooses and explains. */
export const labelModelNames = ["auto", "majority", "moments", "triplets", "em", "one-coin"] as const;
export const LabelModelName = oneOf(labelModelNames);
export type LabelModelName = (typeof labelModelNames)[number];

/** The researcher's word on how often an LF is right when it votes: a Beta prior, used softly. */
export const LfPrior = Type.Object(
  {
    /** `namespace/name@version#function`. */
    lf: Text(200),
    mean: Share,
    /** Labeled votes that it weighs as much as. */
    strength: Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }),
  },
  closed,
);
export type LfPrior = Static<typeof LfPrior>;

/** Release presets; a node refuses those that it cannot honour. */
export const presetNames = ["open", "standard", "strict"] as const;
export const PresetName = oneOf(presetNames);
export type PresetName = (typeof presetNames)[number];

/** One node that is asked, and the dataset of its that is meant. */
export const StudyTarget = Type.Object({ node: Name, keyId: KeyId, dataset: Name }, closed);
export type StudyTarget = Static<typeof StudyTarget>;

/** A signed request to run LFs for a task on nodes' datasets and return named outputs. */
export const Study = Type.Object(
  {
    schema: Type.Literal("flamenco-study/1"),
    title: Text(200),
    task: Task,
    kind: KindName,
    packages: Type.Array(PackageReference, { minItems: 1, maxItems: 32 }),
    targets: Type.Array(StudyTarget, { minItems: 1, maxItems: 64 }),
    outputs: Type.Array(OutputName, { minItems: 1, maxItems: outputNames.length, uniqueItems: true }),
    labelModel: LabelModelName,
    /** Prior of each label, summing to 1; absent: from labeled validation rows, else uniform. */
    classBalance: Type.Optional(Type.Array(Share, { minItems: 2, maxItems: 8 })),
    /** At most one of an LF; absent: of none. */
    priors: Type.Optional(Type.Array(LfPrior, { minItems: 1, maxItems: 512 })),
    /** Trained on the label model's soft labels and compared in the metrics, which the study must ask for; absent: none. */
    endClassifier: Type.Optional(ClassifierSpec),
    release: Type.Object(
      {
        preset: PresetName,
        /** Privacy loss that a protected release may cost; absent: what the node's rules say. */
        epsilon: Type.Optional(Type.Number({ minimum: 0.05, maximum: 8 })),
      },
      closed,
    ),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }),
    author: KeyId,
    createdAt: Instant,
    expiresAt: Instant,
    /** Makes two otherwise equal studies distinct. */
    nonce: Type.String({ pattern: "^[0-9a-f]{32}$" }),
  },
  closed,
);
export type Study = Static<typeof Study>;

/** Why the end classifier that a study asks for contradicts the rest of it; null when it does not. */
export function findEndClassifierFault({ endClassifier, outputs, task }: Study): string | null {
  if (endClassifier === undefined) return null;
  if (!outputs.includes("metrics"))
    return "An end classifier is measured in the metrics, which the study does not ask for.";
  const { classWeights } = endClassifier;
  return Array.isArray(classWeights) && classWeights.length !== task.labels.length
    ? "The end classifier needs one class weight for each label of the task."
    : null;
}

/** A study is named by the SHA-256 of its canonical form. */
export const StudyDigest = Digest;
