import { randomBytes } from "node:crypto";
import { FlamencoError } from "@flamenco/policies/errors";
import { assertWithin, presetRules, releaseLimits } from "@flamenco/policies/release";
import { digestOf, openSignedBy, type SigningKey, signDocument, sodiumReady } from "@flamenco/policies/trust";
import {
  type ClassifierSpec,
  type Envelope,
  findEndClassifierFault,
  type LabelModelName,
  type LfPrior,
  type OutputName,
  type PackageReference,
  type PresetName,
  parseDocument,
  payloadTypes,
  Study,
  type StudyTarget,
  type Task,
} from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { defaultOutputsOf } from "./estimate.js";

export interface StudyRequest {
  readonly title: string;
  readonly task: Task;
  readonly kind: string;
  readonly packages: readonly PackageReference[];
  readonly targets: readonly StudyTarget[];
  /** Default: as `defaultOutputsOf` its preset. */
  readonly outputs?: readonly OutputName[];
  /** Default: `auto`. */
  readonly labelModel?: LabelModelName;
  /** Prior of each label, in the task's order, summing to 1. Default: the node estimates it. */
  readonly classBalance?: readonly number[];
  /** What is known of LFs, at most one of each. Default: nothing. */
  readonly priors?: readonly LfPrior[];
  /** Trained on the label model's soft labels and compared in the metrics. Default: none. */
  readonly endClassifier?: ClassifierSpec;
  /** Default: `open`; `strictestPreset` tells what datasets are under. */
  readonly preset?: PresetName;
  /** Privacy loss that a protected release may cost. Default: what the rules of each node give to one. */
  readonly epsilon?: number;
  /** Seed of whatever is random on the node: the split, the label model. Default: 0. */
  readonly seed?: number;
  /** Days that nodes may still start it. Default: 7. */
  readonly days?: number;
}

/** A study as it is sent: its name is the digest of what was signed. */
export interface SignedStudy {
  readonly study: Study;
  readonly digest: string;
  readonly envelope: Envelope;
}

/** Where a study takes its time and its nonce from. */
export interface StudySources {
  readonly now: () => Date;
  readonly entropy: (bytes: number) => Uint8Array;
}

const operatingSystem: StudySources = { now: () => new Date(), entropy: randomBytes };

const DAY_MS = 24 * 3600 * 1000;
const CLASS_BALANCE_TOLERANCE = 1e-6;

/**
 * Write and sign a study.
 * @throws FLM_SCHEMA when the request is not a study; FLM_RELEASE_RANGE for an epsilon that no rules can give; FLM_USAGE when its
 * parts do not fit each other
 * @example
 * const signed = await createStudy({ title: "NTP", task, kind: "flow/1", packages, targets }, key);
 * await registry.submitStudy(signed.envelope);
 * console.log(signed.digest);
 */
export async function createStudy(
  request: StudyRequest,
  key: SigningKey,
  sources = operatingSystem,
): Promise<SignedStudy> {
  await sodiumReady;
  const { preset = "open" } = request;
  assertEpsilon(request.epsilon, preset);
  const createdAt = sources.now();
  const draft = {
    schema: "flamenco-study/1",
    title: request.title,
    task: request.task,
    kind: request.kind,
    packages: [...request.packages],
    targets: [...request.targets],
    outputs: [...(request.outputs ?? defaultOutputsOf(preset))],
    labelModel: request.labelModel ?? "auto",
    ...(request.classBalance === undefined ? {} : { classBalance: [...request.classBalance] }),
    ...(request.priors === undefined || request.priors.length === 0 ? {} : { priors: [...request.priors] }),
    ...(request.endClassifier === undefined ? {} : { endClassifier: request.endClassifier }),
    release: { preset, ...(request.epsilon === undefined ? {} : { epsilon: request.epsilon }) },
    seed: request.seed ?? 0,
    author: key.keyId,
    createdAt: createdAt.toISOString(),
    expiresAt: new Date(createdAt.getTime() + (request.days ?? limits.studyDays) * DAY_MS).toISOString(),
    nonce: Buffer.from(sources.entropy(16)).toString("hex"),
  };
  const study = parseDocument(Study, draft, "study");
  assertCoherent(study);
  return { study, digest: digestOf(study), envelope: signDocument(payloadTypes.study, study, [key]) };
}

/** The preset of a node may give less than the range here: it says so, and charges nothing. */
function assertEpsilon(epsilon: number | undefined, preset: PresetName): void {
  if (epsilon === undefined) return;
  assertWithin(epsilon, "epsilon", releaseLimits.epsilonPerRelease);
  if (presetRules[preset].protection === "exact") {
    throw new FlamencoError(
      "FLM_USAGE",
      `The preset ${preset} adds no noise: an epsilon goes with standard or strict.`,
    );
  }
}

function assertCoherent(study: Study): void {
  const { task, packages, targets, classBalance, labelModel, priors = [] } = study;
  if (!task.labels.includes(task.positive)) {
    throw new FlamencoError("FLM_USAGE", `The positive label ${task.positive} is not one of the task's labels.`);
  }
  assertDistinct(
    packages.map(({ id }) => id),
    "A package is named twice.",
  );
  assertDistinct(
    targets.map(({ keyId }) => keyId),
    "A node is named twice.",
  );
  if (labelModel === "triplets" && task.labels.length > 2) {
    throw new FlamencoError("FLM_USAGE", "The triplets model is defined for two labels; the task has more.");
  }
  assertDistinct(
    priors.map(({ lf }) => lf),
    "A labeling function has two priors.",
  );
  const names = packages.map(({ name, version }) => `${name}@${version}#`);
  const stranger = priors.find(({ lf }) => !names.some((name) => lf.startsWith(name)));
  if (stranger !== undefined) {
    throw new FlamencoError("FLM_USAGE", `A prior names ${stranger.lf}, which is in no package of the study.`);
  }
  const fault = findEndClassifierFault(study);
  if (fault !== null) throw new FlamencoError("FLM_USAGE", fault);
  if (classBalance === undefined) return;
  if (classBalance.length !== task.labels.length) {
    throw new FlamencoError(
      "FLM_USAGE",
      `The class balance needs ${task.labels.length} shares, one for each label of the task.`,
    );
  }
  const sum = classBalance.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > CLASS_BALANCE_TOLERANCE)
    throw new FlamencoError("FLM_USAGE", "The shares of the class balance must add up to 1.");
}

function assertDistinct(values: readonly string[], message: string): void {
  if (new Set(values).size !== values.length) throw new FlamencoError("FLM_USAGE", message);
}

/**
 * Open a study that came from a registry: signed by its author, and the one that was asked for.
 * @throws FLM_SCHEMA, FLM_UNSIGNED, FLM_SIGNATURE, FLM_NOT_CANONICAL; FLM_REGISTRY_ANSWER for another study
 * @example
 * const { envelope } = await registry.studyStatus(digest);
 * const { study } = await openStudy(envelope, digest);
 */
export async function openStudy(envelope: Envelope, digest: string): Promise<SignedStudy> {
  await sodiumReady;
  const opened = openSignedBy(envelope, payloadTypes.study, Study, "study", ({ author }) => author);
  if (opened.digest !== digest)
    throw new FlamencoError("FLM_REGISTRY_ANSWER", "The registry sent another study than the one that was asked for.");
  return { study: opened.document, digest, envelope };
}
