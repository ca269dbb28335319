import { type AccessExplanation, explainAccess, type PolicyFinding } from "@flamenco/policies/access";
import { toLine } from "../support/index.js";
import { buildRequests, type HypotheticalOptions } from "./hypothetical-request.js";
import { openPolicySource } from "./policy-source.js";

export interface PolicyExplainOptions extends HypotheticalOptions {
  readonly json: boolean;
}

/**
 * `flamenco-node policy explain DIR`: who decides a request that nobody has made, and what would change that.
 * @throws FLM_NOT_FOUND, FLM_POLICY_INVALID, FLM_SCHEMA, FLM_USAGE
 */
export async function explainPolicies(name: string, options: PolicyExplainOptions): Promise<void> {
  const { policySet, preset } = await openPolicySource(name);
  const requests = await buildRequests(options, preset ?? "open");
  const explanations = requests.map((request) => explainAccess(policySet, request));
  const { digest } = policySet;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ event: "policyExplanation", source: name, policySet: digest, explanations })}\n`
      : `${explanations.map(drawExplanation).join("\n\n")}\n`,
  );
}

function drawExplanation({ decision, findings, change }: AccessExplanation): string {
  const { action, approval } = decision;
  const verdict =
    decision.decision === "deny" ? "denied" : approval === null ? "allowed" : "allowed once a person approves";
  return [
    `${action}: ${verdict}`,
    ...decision.reasons.map((reason) => `  ${toLine(reason)}`),
    ...(decision.policies.length === 0 ? [] : [`  decided by ${decision.policies.map(toLine).join(", ")}`]),
    "  what would change it:",
    ...change.map((sentence) => `    ${toLine(sentence)}`),
    "  each policy alone:",
    ...findings.map(drawFinding),
  ].join("\n");
}

const words = { yes: "applies", no: "does not apply", error: "FAILS" } as const;

function drawFinding({ id, effect, at, applies, unmet }: PolicyFinding): string {
  const missing = unmet.length === 0 ? "" : `: ${unmet.map(toLine).join("; ")}`;
  return `    ${effect} ${toLine(id)} (${toLine(at)}) ${words[applies]}${missing}`;
}
