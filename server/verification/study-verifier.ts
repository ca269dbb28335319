import { verifyPackage } from "@flamenco/language";
import { type AccessAction, type AccessDecision, decideAccess, type PolicySet } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { availablePresets } from "@flamenco/policies/release";
import { openPackage, openSignedBy } from "@flamenco/policies/trust";
import {
  type Kind,
  kindOf,
  type PackageReference,
  payloadTypes,
  Study,
  type StudyTarget,
} from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import type { CheckedPackage, StudyDataset, VerifiedStudy } from "./verified-study.js";

/** What verification needs from the rest of the node. */
export interface StudyVerifierOptions {
  readonly nodeName: string;
  readonly keyId: string;
  readonly researchers: readonly { readonly keyId: string; readonly name?: string }[];
  readonly policies: PolicySet;
  readonly now: () => Date;
  /** @throws FLM_DATASET_UNKNOWN */
  readonly openDataset: (name: string) => Promise<StudyDataset>;
  /** The bundle of a package, from wherever; nothing about it is believed. */
  readonly readBundle: (reference: PackageReference, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Everything that must hold before a labeling function meets a row. The node trusts nobody's word: what the registry has
 * checked is checked again.
 */
export class StudyVerifier {
  readonly #options: StudyVerifierOptions;

  constructor(options: StudyVerifierOptions) {
    this.#options = options;
  }

  /**
   * @param expectedDigest the study that the envelope must hold.
   * @throws the coded error of the first step that fails.
   */
  async verify(envelope: unknown, expectedDigest: string, signal: AbortSignal): Promise<VerifiedStudy> {
    const study = this.openStudy(envelope, expectedDigest);
    this.#assertDates(study);
    const target = this.#findTarget(study);
    assertPresetAvailable(study);
    assertTask(study);
    const kind = kindOf(study.kind);
    const dataset = await this.#openDataset(study, target);
    const packages = await this.#openPackages(study, kind, signal);
    assertFieldsPresent(packages, dataset);
    const runDecision = this.#assertPermitted("run", study, dataset, packages, kind);
    const releaseDecision = this.#assertPermitted("release", study, dataset, packages, kind);
    const grantedFields = privateFieldsOf(packages);
    return { digest: expectedDigest, study, target, dataset, packages, grantedFields, runDecision, releaseDecision };
  }

  /** The envelope is signed by the author that the study names, and holds the study that it is said to hold. */
  openStudy(envelope: unknown, expectedDigest: string): Study {
    const { document, digest } = openSignedBy(envelope, payloadTypes.study, Study, "study", ({ author }) => author);
    if (digest !== expectedDigest) {
      throw new FlamencoError("FLM_SIGNATURE", "The envelope holds another study than the one that was offered.");
    }
    return document;
  }

  #assertDates(study: Study): void {
    const now = this.#options.now().getTime();
    const created = Date.parse(study.createdAt);
    const expires = Date.parse(study.expiresAt);
    // A date such as February 31 has the form of an instant and is none: NaN fails every comparison, so ask for truth.
    if (!(created < expires)) throw new FlamencoError("FLM_SCHEMA", "The study expires before it was made.");
    if (!(now < expires)) throw new FlamencoError("FLM_STUDY_EXPIRED", `The study expired at ${study.expiresAt}.`);
    if (!(created <= now + limits.clockSkewMs)) {
      throw new FlamencoError("FLM_STUDY_REFUSED", "The study was made in the future. Compare the clocks.");
    }
  }

  /** Addressed to this key and this name, once: a study has one result per node. */
  #findTarget(study: Study): StudyTarget {
    const { keyId, nodeName } = this.#options;
    const mine = study.targets.filter((target) => target.keyId === keyId);
    const [target] = mine;
    if (target === undefined) throw new FlamencoError("FLM_STUDY_REFUSED", "The study is not addressed to this node.");
    if (mine.length > 1) throw new FlamencoError("FLM_STUDY_REFUSED", "The study names this node more than once.");
    if (target.node !== nodeName) {
      throw new FlamencoError(
        "FLM_STUDY_REFUSED",
        `The study calls this node ${target.node}; its name is ${nodeName}.`,
      );
    }
    return target;
  }

  async #openDataset(study: Study, target: StudyTarget): Promise<StudyDataset> {
    const dataset = await this.#options.openDataset(target.dataset);
    if (dataset.manifest.kind !== study.kind) {
      throw new FlamencoError(
        "FLM_DATASET_KIND",
        `The dataset ${target.dataset} is of kind ${dataset.manifest.kind}; the study asks for ${study.kind}.`,
      );
    }
    return dataset;
  }

  async #openPackages(study: Study, kind: Kind, signal: AbortSignal): Promise<CheckedPackage[]> {
    const ids = new Set(study.packages.map(({ id }) => id));
    if (ids.size !== study.packages.length) {
      throw new FlamencoError("FLM_STUDY_REFUSED", "The study names a package more than once.");
    }
    const packages: CheckedPackage[] = [];
    for (const reference of study.packages) {
      packages.push(checkPackage(await this.#options.readBundle(reference, signal), reference, study, kind));
    }
    return packages;
  }

  /** Default deny: some policy must permit it, none may forbid it. */
  #assertPermitted(
    action: AccessAction,
    study: Study,
    dataset: StudyDataset,
    packages: readonly CheckedPackage[],
    kind: Kind,
  ): AccessDecision {
    const listed = this.#options.researchers.find(({ keyId }) => keyId === study.author);
    const certificates = packages.flatMap(({ lfs }) => lfs.map(({ certificate }) => certificate));
    const decision = decideAccess(this.#options.policies, {
      action,
      researcher: {
        keyId: study.author,
        trusted: listed !== undefined,
        ...(listed?.name === undefined ? {} : { name: listed.name }),
      },
      dataset: { name: dataset.name, kind: kind.name, rows: dataset.manifest.rows },
      context: {
        task: study.task.id,
        preset: study.release.preset,
        outputs: study.outputs,
        packages: unique(packages.map(({ opened }) => opened.manifest.name)),
        signers: unique(packages.flatMap(({ opened }) => opened.signers)),
        labelingFunctions: sum(packages.map(({ opened }) => opened.manifest.lfs.length)),
        certifiedLabelingFunctions: certificates.length,
        fields: unique(certificates.flatMap(({ fields }) => fields)),
        privateFields: privateFieldsOf(packages),
        networkLiterals: sum(certificates.map(({ literals }) => literals.length)),
      },
    });
    if (decision.decision === "deny") throw describeDenial(action, decision, listed !== undefined, packages);
    return decision;
  }
}

function assertPresetAvailable(study: Study): void {
  const { preset } = study.release;
  if (!availablePresets.includes(preset)) {
    throw new FlamencoError(
      "FLM_PRESET_UNAVAILABLE",
      `The release preset ${preset} is not available yet; this node honours ${availablePresets.join(", ")}.`,
    );
  }
}

/** What the schema cannot say: the positive label is one of the labels, the priors are one per label and sum to 1. */
function assertTask({ task, classBalance }: Study): void {
  if (!task.labels.includes(task.positive)) {
    throw new FlamencoError("FLM_SCHEMA", "The task's positive label is not one of its labels.");
  }
  if (classBalance === undefined) return;
  if (classBalance.length !== task.labels.length || Math.abs(sum(classBalance) - 1) > 1e-6) {
    throw new FlamencoError("FLM_SCHEMA", "The class balance needs one share per label, and they must sum to 1.");
  }
}

/**
 * Open one package, compare it with the study's reference and question, and recompute its certificates. Every private field
 * is readable here so that certificates say which are read; whether they may be is the policies' decision.
 */
function checkPackage(bundle: unknown, reference: PackageReference, study: Study, kind: Kind): CheckedPackage {
  const opened = openPackage(bundle);
  const title = `${reference.name}@${reference.version}`;
  const { id, name, version } = opened.reference;
  if (id !== reference.id || name !== reference.name || version !== reference.version) {
    throw new FlamencoError("FLM_DIGEST", `The package that came for ${title} is another one.`);
  }
  if (opened.manifest.kind !== study.kind) {
    throw new FlamencoError(
      "FLM_STUDY_REFUSED",
      `${title} is for ${opened.manifest.kind}, the study for ${study.kind}.`,
    );
  }
  assertSameTask(title, opened.manifest.task, study.task);
  const grantedFields = kind.fields.filter(({ access }) => access === "private").map((field) => field.name);
  return { bundle, opened, lfs: verifyPackage(opened, { grantedFields }) };
}

function assertSameTask(title: string, one: Study["task"], other: Study["task"]): void {
  const same =
    one.id === other.id &&
    one.positive === other.positive &&
    one.labels.length === other.labels.length &&
    one.labels.every((label, index) => label === other.labels[index]);
  if (!same) throw new FlamencoError("FLM_STUDY_REFUSED", `${title} answers another task than the study's.`);
}

/** Every field and statistic that a labeling function reads is a column of the dataset. */
function assertFieldsPresent(packages: readonly CheckedPackage[], dataset: StudyDataset): void {
  const present = new Set(dataset.manifest.columns);
  const details = packages.flatMap(({ opened, lfs }) =>
    lfs.flatMap(({ name, certificate }) => {
      const read = [...certificate.fields, ...certificate.statistics.map((statistic) => statistic.split(".")[0] ?? "")];
      return unique(read)
        .filter((field) => !present.has(field))
        .map((field) => ({
          at: `${opened.reference.name}@${opened.reference.version}#${name}`,
          message: `reads ${field}, which the dataset ${dataset.name} does not have`,
        }));
    }),
  );
  const [first] = details;
  if (first !== undefined) {
    throw new FlamencoError("FLM_FIELD_MISSING", `${first.at} ${first.message}.`, { details });
  }
}

function describeDenial(
  action: AccessAction,
  decision: AccessDecision,
  trusted: boolean,
  packages: readonly CheckedPackage[],
): FlamencoError {
  const privateFields = privateFieldsOf(packages);
  const details = [
    ...decision.policies.map((id, index) => ({ at: id, message: decision.reasons[index] ?? "" })),
    ...(decision.policies.length === 0 ? decision.reasons.map((message) => ({ at: action, message })) : []),
    ...(trusted ? [] : [{ at: "researcher", message: "The operator does not list this key as a trusted researcher." }]),
    ...(privateFields.length === 0
      ? []
      : [{ at: "privateFields", message: `The labeling functions read ${privateFields.join(", ")}.` }]),
  ];
  const why = details.map(({ message }) => message).join(" ");
  return new FlamencoError(
    "FLM_ACCESS_DENIED",
    `The policies of this node do not permit to ${action} this study. ${why}`,
    {
      details,
    },
  );
}

/** Private fields that the labeling functions read, sorted. */
function privateFieldsOf(packages: readonly CheckedPackage[]): string[] {
  return unique(packages.flatMap(({ lfs }) => lfs.flatMap(({ certificate }) => certificate.privateFields)));
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
