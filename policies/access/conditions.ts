import {
  type Clause,
  isAuthorized,
  type PolicyJson,
  policyToJson,
  policyToText,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { CedarRequest } from "./cedar-request.js";

/** One thing that must hold for a policy to apply, as Cedar text for a person, and as a permit that asks for it alone. */
interface Condition {
  readonly text: string;
  readonly permit: PolicyJson;
}

const anything: PolicyJson = {
  effect: "permit",
  principal: { op: "All" },
  action: { op: "All" },
  resource: { op: "All" },
  conditions: [],
};

const ID = "asked";

/** True when one policy, alone, applies to the request; undefined when evaluating it fails. */
export function appliesAlone(policy: PolicyJson | string, request: CedarRequest): boolean | undefined {
  const answer = isAuthorized({ ...request, policies: { staticPolicies: { [ID]: policy } } });
  if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0) return undefined;
  return answer.response.diagnostics.reason.includes(ID);
}

/** `a && b && c` as three clauses: who reads why a policy did not apply wants the one that failed. */
function splitClause(clause: Clause): Clause[] {
  if (clause.kind === "unless" || !("&&" in clause.body)) return [clause];
  const { left, right } = clause.body["&&"] as { left: Clause["body"]; right: Clause["body"] };
  return [left, right].flatMap((body) => splitClause({ kind: "when", body }));
}

/** Cedar's own writing of a permit, less what stands around the one condition in it. */
function textOf(permit: PolicyJson, before: string, after: string): string {
  const answer = policyToText(permit);
  return answer.type === "success" ? answer.text.slice(before.length, -after.length) : "a condition";
}

function conditionsOf(policy: PolicyJson): Condition[] {
  const { principal, action, resource } = policy;
  const scopes: [narrowed: Partial<PolicyJson>, before: string, after: string][] = [
    [{ principal }, "permit(", ", action, resource);"],
    [{ action }, "permit(principal, ", ", resource);"],
    [{ resource }, "permit(principal, action, ", ");"],
  ];
  return [
    ...scopes.map(([narrowed, before, after]) => {
      const permit = { ...anything, ...narrowed };
      return { text: textOf(permit, before, after), permit };
    }),
    ...policy.conditions.flatMap(splitClause).map((clause) => {
      const permit = { ...anything, conditions: [clause] };
      const bare = textOf(permit, `permit(principal, action, resource) ${clause.kind} { `, " };");
      return { text: clause.kind === "unless" ? `!(${bare})` : bare, permit };
    }),
  ];
}

/** Conditions of a policy that do not hold for the request, or cannot be evaluated, in the order in which they stand. */
export function unmetConditions(text: string, request: CedarRequest): string[] {
  const parsed = policyToJson(text);
  if (parsed.type === "failure") return [];
  return conditionsOf(parsed.json)
    .filter(({ permit }) => appliesAlone(permit, request) !== true)
    .map((condition) => condition.text);
}
