import {
  type AccessAction,
  type AccessBudget,
  type AccessDecision,
  type AccessRequest,
  type AccessResearcher,
  decideAccess,
  type PolicySet,
} from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import { digestOf } from "@flamenco/policies/trust";
import type { RecordAudit, Study } from "@flamenco/policies/wire";
import type { ListedResearcher } from "../config/index.js";
import { privateFieldsOf, unique } from "./package-checks.js";
import type { CheckedPackage, StudyDataset } from "./verified-study.js";

/** What policies are asked about, all of it established by this node. */
export interface AccessQuestion {
  readonly study: Study;
  readonly dataset: StudyDataset;
  readonly packages: readonly CheckedPackage[];
  /** Researchers whom the operator lists. */
  readonly researchers: readonly ListedResearcher[];
  /** What the release would cost and what is left, where that is known. */
  readonly budget?: AccessBudget | undefined;
}

/**
 * Ask the policies one question. Default deny: some policy must permit it, none may forbid it. What they said is recorded,
 * whatever it is, before anything follows from it.
 * @throws FLM_ACCESS_DENIED naming the policies that decided.
 */
export async function assertPermitted(
  policies: PolicySet,
  action: AccessAction,
  question: AccessQuestion,
  recordAudit?: RecordAudit,
): Promise<AccessDecision> {
  const { study, dataset } = question;
  const request = describeRequest(action, question);
  const decision = decideAccess(policies, request);
  await recordAudit?.({
    type: "decision",
    study: digestOf(study),
    author: study.author,
    action,
    decision: decision.decision,
    policies: [...decision.policies],
    policySet: decision.policySet,
    dataset: { name: dataset.name, version: dataset.version },
  });
  if (decision.decision === "deny") throw describeDenial(action, decision, request);
  return decision;
}

/** Who the operator says that a key is. */
export function describeResearcher(keyId: string, researchers: readonly ListedResearcher[]): AccessResearcher {
  const listed = researchers.find((one) => one.keyId === keyId);
  return { ...listed, keyId, trusted: listed !== undefined, collaborations: listed?.collaborations ?? [] };
}

/** The question in the terms of the policy schema. */
function describeRequest(action: AccessAction, question: AccessQuestion): AccessRequest {
  const { study, dataset, packages, researchers, budget } = question;
  const certificates = packages.flatMap(({ lfs }) => lfs.map(({ certificate }) => certificate));
  const signers = packages.map(({ opened }) => opened.signers);
  const listed = new Set(researchers.map(({ keyId }) => keyId));
  const reviewers = signers.map((keys) => keys.filter((keyId) => listed.has(keyId) && keyId !== study.author));
  return {
    action,
    researcher: describeResearcher(study.author, researchers),
    dataset: { name: dataset.name, kind: dataset.manifest.kind, rows: dataset.manifest.rows },
    context: {
      task: study.task.id,
      preset: study.release.preset,
      outputs: study.outputs,
      packages: unique(packages.map(({ opened }) => opened.manifest.name)),
      signers: unique(signers.flat()),
      leastSigners: Math.min(...signers.map(({ length }) => length)),
      reviewers: unique(reviewers.flat().filter((keyId) => reviewers.every((keys) => keys.includes(keyId)))),
      leastReviews: Math.min(...reviewers.map(({ length }) => length)),
      labelingFunctions: sum(packages.map(({ opened }) => opened.manifest.lfs.length)),
      certifiedLabelingFunctions: certificates.length,
      fields: unique(certificates.flatMap(({ fields }) => fields)),
      privateFields: privateFieldsOf(packages),
      statistics: unique(certificates.flatMap(({ statistics }) => statistics)),
      networkLiterals: sum(certificates.map(({ literals }) => literals.length)),
      ...(study.endClassifier === undefined ? {} : { endClassifier: study.endClassifier.model }),
      ...(budget === undefined ? {} : { budget }),
    },
  };
}

function describeDenial(
  action: AccessAction,
  decision: AccessDecision,
  { researcher, context: { privateFields } }: AccessRequest,
): FlamencoError {
  const details = [
    ...decision.policies.map((id, index) => ({ at: id, message: decision.reasons[index] ?? "" })),
    ...(decision.policies.length === 0 ? decision.reasons.map((message) => ({ at: action, message })) : []),
    ...(researcher.trusted
      ? []
      : [{ at: "researcher", message: "The operator does not list this key as a trusted researcher." }]),
    ...(privateFields.length === 0
      ? []
      : [{ at: "privateFields", message: `The labeling functions read ${privateFields.join(", ")}.` }]),
  ];
  const why = details.map(({ message }) => message).join(" ");
  return new FlamencoError(
    "FLM_ACCESS_DENIED",
    `The policies of this node do not permit to ${verbs[action]} this study. ${why}`,
    { details },
  );
}

const verbs: Readonly<Record<AccessAction, string>> = {
  run: "run",
  readStatistics: "let the functions compare with the dataset's statistics for",
  release: "release",
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
