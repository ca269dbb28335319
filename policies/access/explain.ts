import { parseDocument } from "../wire/index.js";
import { AccessRequest } from "./access-request.js";
import type { Approver } from "./annotations.js";
import { toCedar } from "./cedar-request.js";
import { appliesAlone, unmetConditions } from "./conditions.js";
import { type AccessDecision, decideAccess } from "./decide.js";
import type { PolicySet } from "./policy-set.js";

/** One policy, evaluated alone. */
export interface PolicyFinding {
  readonly id: string;
  readonly effect: "permit" | "forbid";
  /** `file:line` */
  readonly at: string;
  readonly reason: string | null;
  readonly approval: Approver | null;
  /** `error`: evaluating it fails, which denies whatever the others say. */
  readonly applies: "yes" | "no" | "error";
  /** Cedar conditions that do not hold, for one that does not apply. */
  readonly unmet: readonly string[];
}

export interface AccessExplanation {
  readonly request: AccessRequest;
  readonly decision: AccessDecision;
  readonly findings: readonly PolicyFinding[];
  /** What would have to be otherwise for another decision, a sentence each. */
  readonly change: readonly string[];
}

/** Permits that are shown as having nearly applied. */
const NEAREST = 3;

/**
 * Say why the policies decide a request as they do, each one evaluated alone, and what would change the decision.
 * @throws FLM_SCHEMA when `input` is not an AccessRequest.
 */
export function explainAccess(policySet: PolicySet, input: unknown): AccessExplanation {
  const request = parseDocument(AccessRequest, input, "access request");
  const asked = toCedar(request);
  const findings = [...policySet.policies.values()].map(({ id, effect, at, reason, approval, text }): PolicyFinding => {
    const alone = appliesAlone(text, asked);
    const applies = alone === undefined ? "error" : alone ? "yes" : "no";
    return { id, effect, at, reason, approval, applies, unmet: applies === "no" ? unmetConditions(text, asked) : [] };
  });
  const decision = decideAccess(policySet, request);
  return { request, decision, findings, change: describeChange(decision, findings) };
}

function describeChange({ decision }: AccessDecision, findings: readonly PolicyFinding[]): string[] {
  const those = (effect: PolicyFinding["effect"], applies: PolicyFinding["applies"]) =>
    findings.filter((finding) => finding.effect === effect && finding.applies === applies);
  const permits = those("permit", "yes");
  if (decision === "allow") return [`It would be refused if none of these applied: ${names(permits)}.`];
  const failing = findings.filter(({ applies }) => applies === "error");
  const forbids = those("forbid", "yes");
  return [
    ...(failing.length === 0 ? [] : [`Evaluating ${names(failing)} must not fail.`]),
    ...(forbids.length === 0 ? [] : [`These must not apply: ${names(forbids)}.`]),
    ...(permits.length === 0 ? describeNearest(those("permit", "no")) : [`A permit does apply: ${names(permits)}.`]),
  ];
}

const names = (findings: readonly PolicyFinding[]): string => findings.map(({ id }) => id).join(", ");

function describeNearest(permits: readonly PolicyFinding[]): string[] {
  // One for another action is not near, however few its conditions.
  const near = permits
    .filter(({ unmet }) => !unmet.some((text) => text.startsWith("action ")))
    .sort((one, other) => one.unmet.length - other.unmet.length)
    .slice(0, NEAREST);
  if (near.length === 0) return ["No policy permits this action at all: write one that does."];
  return near.map(({ id, unmet }) => `${id} would permit it if this held: ${unmet.join("; ")}.`);
}
