import {
  type AuthorizationAnswer,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/nodejs";
import { parseDocument } from "../wire/index.js";
import { type AccessAction, AccessRequest } from "./access-request.js";
import type { Approver } from "./annotations.js";
import { toCedar } from "./cedar-request.js";
import type { PolicySet } from "./policy-set.js";

/** What the policies said, who said it, and why, for a person to read. */
export interface AccessDecision {
  readonly action: AccessAction;
  readonly decision: "allow" | "deny";
  /** Ids of the policies that decided, sorted; empty when no policy applied. */
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  /** Who must say yes too: set when any permit that decided demands it. */
  readonly approval: Approver | null;
  /** Digest of the policy set that was asked. */
  readonly policySet: string;
}

/** Sets that Cedar keeps parsed, by digest: parsing them anew takes most of a decision's time. */
const prepared = new Set<string>();

function prepare({ digest, schema, policies }: PolicySet): void {
  if (prepared.has(digest)) return;
  const staticPolicies = Object.fromEntries([...policies].map(([id, { text }]) => [id, text]));
  preparseSchema(digest, schema);
  preparsePolicySet(digest, { staticPolicies });
  prepared.add(digest);
}

function ask(policySet: PolicySet, request: AccessRequest): AuthorizationAnswer | undefined {
  try {
    prepare(policySet);
    return statefulIsAuthorized({
      ...toCedar(request),
      preparsedSchemaName: policySet.digest,
      preparsedPolicySetId: policySet.digest,
      validateRequest: true,
    });
  } catch {
    // Cedar's WebAssembly trapped: no answer is no permission.
    return undefined;
  }
}

/**
 * Ask the policies. Default deny: no policy that applies, a request outside the schema, and any error while evaluating
 * (Cedar itself would skip a `forbid` that fails) all deny.
 * @throws FLM_SCHEMA when `input` is not an AccessRequest.
 */
export function decideAccess(policySet: PolicySet, input: unknown): AccessDecision {
  const request = parseDocument(AccessRequest, input, "access request");
  const { digest, policies } = policySet;
  const { action } = request;
  const deny = (deciding: readonly string[], reasons: readonly string[]): AccessDecision =>
    Object.freeze({ action, decision: "deny", policies: deciding, reasons, approval: null, policySet: digest });
  const answer = ask(policySet, request);
  if (answer?.type !== "success") return deny([], ["The policies could not be evaluated, which denies."]);
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    const failed = diagnostics.errors.map(({ policyId }) => policyId).sort();
    return deny(failed, [`Evaluating ${failed.join(", ")} failed, which denies.`]);
  }
  const deciding = [...diagnostics.reason].sort();
  if (deciding.length === 0) return deny([], ["No policy permits this; what no policy permits is refused."]);
  const reasons = deciding.map((id) => policies.get(id)?.reason ?? `Decided by ${id}.`);
  if (decision === "deny") return deny(deciding, reasons);
  const demanded = deciding.some((id) => policies.get(id)?.approval === "person");
  const approval = demanded ? "person" : null;
  return Object.freeze({ action, decision, policies: deciding, reasons, approval, policySet: digest });
}
