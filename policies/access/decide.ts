import { type EntityJson, isAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { parseDocument } from "../wire/index.js";
import { AccessRequest } from "./access-request.js";
import type { PolicySet } from "./policy-set.js";

/** What the policies said, who said it, and why, for a person to read. */
export interface AccessDecision {
  readonly decision: "allow" | "deny";
  /** Ids of the policies that decided, sorted; empty when no policy applied. */
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
}

const deny = (policies: readonly string[], reasons: readonly string[]): AccessDecision =>
  Object.freeze({ decision: "deny", policies, reasons });

const uid = (type: string, id: string) => ({ type: `Flamenco::${type}`, id });

function entitiesOf(request: AccessRequest): EntityJson[] {
  return [
    { uid: uid("Researcher", request.researcher.keyId), attrs: { ...request.researcher }, parents: [] },
    { uid: uid("Dataset", request.dataset.name), attrs: { ...request.dataset }, parents: [] },
  ];
}

/**
 * Ask the policies. Default deny: no policy that applies, a request outside the schema, and any error while evaluating
 * (Cedar itself would skip a `forbid` that fails) all deny.
 * @throws FLM_SCHEMA when `input` is not an AccessRequest.
 */
export function decideAccess(policySet: PolicySet, input: unknown): AccessDecision {
  const request = parseDocument(AccessRequest, input, "access request");
  const answer = isAuthorized({
    principal: uid("Researcher", request.researcher.keyId),
    action: uid("Action", request.action),
    resource: uid("Dataset", request.dataset.name),
    context: { ...request.context },
    schema: policySet.schema,
    validateRequest: true,
    policies: { staticPolicies: Object.fromEntries([...policySet.policies].map(([id, { text }]) => [id, text])) },
    entities: entitiesOf(request),
  });
  if (answer.type === "failure") {
    return deny([], ["The policies could not be evaluated, which denies."]);
  }
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    const failed = diagnostics.errors.map(({ policyId }) => policyId).sort();
    return deny(failed, [`Evaluating ${failed.join(", ")} failed, which denies.`]);
  }
  const deciding = [...diagnostics.reason].sort();
  if (deciding.length === 0) return deny([], ["No policy permits this; what no policy permits is refused."]);
  const reasons = deciding.map((id) => policySet.policies.get(id)?.reason ?? `Decided by ${id}.`);
  return Object.freeze({ decision, policies: deciding, reasons });
}
