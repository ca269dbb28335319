import { type AccessAction, type AccessDecision, decideAccess, type PolicySet } from "@flamenco/policies/access";
import { FlamencoError } from "@flamenco/policies/errors";
import type { Study } from "@flamenco/policies/wire";
import { privateFieldsOf, unique } from "./package-checks.js";
import type { CheckedPackage, StudyDataset } from "./verified-study.js";

/** What policies are asked about, all of it established by this node. */
export interface AccessQuestion {
  readonly study: Study;
  readonly dataset: StudyDataset;
  readonly packages: readonly CheckedPackage[];
  /** Researchers whom the operator lists. */
  readonly researchers: readonly { readonly keyId: string; readonly name?: string }[];
}

/**
 * Ask the policies whether a study may run, or its outputs leave. Default deny: some policy must permit it, none may
 * forbid it.
 * @throws FLM_ACCESS_DENIED naming the policies that decided.
 */
export function assertPermitted(policies: PolicySet, action: AccessAction, question: AccessQuestion): AccessDecision {
  const { study, dataset, packages, researchers } = question;
  const listed = researchers.find(({ keyId }) => keyId === study.author);
  const certificates = packages.flatMap(({ lfs }) => lfs.map(({ certificate }) => certificate));
  const decision = decideAccess(policies, {
    action,
    researcher: {
      keyId: study.author,
      trusted: listed !== undefined,
      ...(listed?.name === undefined ? {} : { name: listed.name }),
    },
    dataset: { name: dataset.name, kind: dataset.manifest.kind, rows: dataset.manifest.rows },
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
