import type { AccessBudget, PolicySet } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { openSignedBy } from "@flamenco/policies/trust";
import {
  type Kind,
  kindOf,
  type PackageReference,
  payloadTypes,
  type RecordAudit,
  Study,
  type StudyTarget,
} from "@flamenco/policies/wire";
import type { ListedResearcher } from "../config/index.js";
import { limits } from "../limits.js";
import { assertPermitted } from "./access-question.js";
import { assertFieldsPresent, checkPackage, privateFieldsOf } from "./package-checks.js";
import { assertEndClassifier, assertTask } from "./study-checks.js";
import type { CheckedPackage, StudyDataset, VerifiedStudy } from "./verified-study.js";

/** What verification needs from the rest of the node. */
export interface StudyVerifierOptions {
  readonly nodeName: string;
  readonly keyId: string;
  readonly researchers: readonly ListedResearcher[];
  readonly policies: PolicySet;
  readonly now: () => Date;
  /** @throws FLM_DATASET_UNKNOWN */
  readonly openDataset: (name: string) => Promise<StudyDataset>;
  /** What the release would cost and what is left to spend; absent: policies are not told. */
  readonly budgetOf?: (
    study: Study,
    dataset: StudyDataset,
    packages: readonly CheckedPackage[],
  ) => Promise<AccessBudget | undefined>;
  /** Absent: nothing is recorded. */
  readonly recordAudit?: RecordAudit | undefined;
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
    assertTask(study);
    assertEndClassifier(study);
    const kind = kindOf(study.kind);
    const dataset = await this.#openDataset(study, target);
    const packages = await this.#openPackages(study, kind, signal);
    assertFieldsPresent(packages, dataset);
    const decisions = await this.#askPolicies(study, dataset, packages);
    const grantedFields = privateFieldsOf(packages);
    return { digest: expectedDigest, study, target, dataset, packages, grantedFields, ...decisions };
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
    // A date of month 13 has the form of an instant and is none: NaN fails every comparison, so ask for truth.
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

  /** The first policy question, in its parts: all must be permitted. */
  async #askPolicies(
    study: Study,
    dataset: StudyDataset,
    packages: readonly CheckedPackage[],
  ): Promise<Pick<VerifiedStudy, "runDecision" | "statisticsDecision" | "releaseDecision">> {
    const { policies, researchers, budgetOf, recordAudit } = this.#options;
    const budget = await budgetOf?.(study, dataset, packages);
    const question = { study, dataset, packages, researchers, budget };
    const compares = packages.some(({ lfs }) => lfs.some(({ certificate }) => certificate.statistics.length > 0));
    return {
      runDecision: await assertPermitted(policies, "run", question, recordAudit),
      statisticsDecision: compares ? await assertPermitted(policies, "readStatistics", question, recordAudit) : null,
      releaseDecision: await assertPermitted(policies, "release", question, recordAudit),
    };
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
}
