import { readFileSync } from "node:fs";
import {
  accessSchemaUrl,
  decideAccess,
  loadPolicySet,
  type PolicySet,
  presetPolicyUrls,
  presetTestUrls,
} from "@flamenco/policies/access";
import { round, time } from "./timing.js";

const schema = readFileSync(accessSchemaUrl, "utf8");
const strict = readFileSync(presetPolicyUrls.strict, "utf8");
const { request } = JSON.parse(readFileSync(presetTestUrls.strict, "utf8")) as { request: object };

/** The preset `strict`, and beside it forbids that look at each request and do not apply. */
const policiesOf = (more: number) => [
  { name: "strict.cedar", text: strict },
  {
    name: "more.cedar",
    text: Array.from(
      { length: more },
      (_, index) =>
        `@id("closed-${index}") forbid (principal, action, resource) when { resource.name == "closed-${index}" && context.networkLiterals > ${index} };`,
    ).join("\n"),
  },
];

const DECISIONS = 2_000;

/** Milliseconds of one decision in the middle, and of the slowest in a hundred, after the first. */
function timeDecisions(policySet: PolicySet): { p50Ms: number; p99Ms: number } {
  const seconds = Array.from({ length: DECISIONS }, () => time(() => void decideAccess(policySet, request))).slice(100);
  seconds.sort((one, other) => one - other);
  const quantile = (share: number) => round((seconds[Math.floor(share * seconds.length)] as number) * 1_000);
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

/** What it takes to load a policy set at the start of a node, and to ask it. */
export async function benchPolicies(): Promise<unknown> {
  const sets = [0, 100, 900].map((more) => {
    const files = policiesOf(more);
    const loadMs = round(time(() => void loadPolicySet(schema, files)) * 1_000);
    const policySet = loadPolicySet(schema, files);
    return { policies: policySet.policies.size, loadMs, ...timeDecisions(policySet) };
  });
  return { decisions: DECISIONS, sets };
}
