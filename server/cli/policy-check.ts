import type { Policy } from "@flamenco/policies/access";
import { counted } from "@flamenco/policies/errors";
import { toLine } from "../support/index.js";
import { openPolicySource } from "./policy-source.js";

export interface PolicyCheckOptions {
  readonly json: boolean;
}

/**
 * `flamenco-node policy check DIR`: what the node would find at its start.
 * @throws FLM_POLICY_INVALID listing every wrong `file:line`; warnings count as errors
 */
export async function checkPolicies(name: string, { json }: PolicyCheckOptions): Promise<void> {
  const { policySet } = await openPolicySource(name);
  const policies = [...policySet.policies.values()];
  const notes = describeNotes(policies);
  const listed = policies.map(({ id, effect, at, reason, approval }) => ({ id, effect, at, reason, approval }));
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "policies", source: name, policySet: policySet.digest, policies: listed, notes })}\n`
      : `${[...policies.map(drawPolicy), ...notes, `${counted(policies.length, "policy|policies")}, no errors. Set ${policySet.digest}`].join("\n")}\n`,
  );
}

/** What is legal and may surprise. */
function describeNotes(policies: readonly Policy[]): string[] {
  return policies.some(({ effect }) => effect === "permit")
    ? []
    : ["No policy permits anything: every study is refused."];
}

function drawPolicy({ id, effect, at, reason, approval }: Policy): string {
  const asked = approval === null ? "" : " once a person has approved";
  return `${effect.padEnd(6)}  ${toLine(id)}  (${toLine(at)})${asked}${reason === null ? "" : `\n        ${toLine(reason)}`}`;
}
