import { checkParseSchema, validate } from "@cedar-policy/cedar-wasm/nodejs";
import { type ErrorDetail, FlamencoError } from "../errors/index.js";
import { digestOf } from "../trust/index.js";
import { limits } from "./limits.js";
import { type LocatedPolicy, type Policy, type PolicyFile, parsePolicyFile } from "./policy-file.js";

/** Policies that parsed and passed strict validation against the schema. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: ReadonlyMap<string, Policy>;
  /** SHA-256 of schema and policies, whatever the comments between them: what a decision was made with. */
  readonly digest: string;
}

function findDuplicates(policies: readonly LocatedPolicy[]): ErrorDetail[] {
  const seen = new Set<string>();
  return policies.flatMap(({ policy: { id, at } }) => {
    if (seen.has(id)) return [{ at, message: `Two policies are called ${id}.` }];
    seen.add(id);
    return [];
  });
}

/**
 * Warnings count as errors: a policy that can never apply is a typing mistake, and a mistaken `forbid` leaves a door open
 * that its author believes shut.
 */
function validatePolicies(schema: string, policies: readonly LocatedPolicy[]): ErrorDetail[] {
  const byId = new Map(policies.map((located) => [located.policy.id, located]));
  const staticPolicies = Object.fromEntries(policies.map(({ policy: { id, text } }) => [id, text]));
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: "strict" } });
  if (answer.type === "failure") return answer.errors.map(({ message }) => ({ at: "schema", message }));
  return joinActions(
    [...answer.validationErrors, ...answer.validationWarnings].map(
      ({ policyId, error }) => byId.get(policyId)?.describe(error) ?? { at: policyId, message: error.message },
    ),
  );
}

/** Cedar checks a policy once for each action that it is about: one typing mistake is said once, not three times. */
function joinActions(details: readonly ErrorDetail[]): ErrorDetail[] {
  const mistakes = new Map<string, ErrorDetail>();
  for (const { at, message } of details) {
    const ofAll = message.replace(/ for Flamenco::Action::"[^"]*"/, "");
    const key = `${at} ${ofAll}`;
    mistakes.set(key, { at, message: mistakes.has(key) ? ofAll : message });
  }
  return [...mistakes.values()];
}

const invalid = (details: readonly ErrorDetail[]): FlamencoError =>
  new FlamencoError("FLM_POLICY_INVALID", `A policy is wrong: ${details[0]?.at}: ${details[0]?.message}`, { details });

function parsePolicies(schema: string, files: readonly PolicyFile[]): LocatedPolicy[] {
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
  if (bytes > limits.setBytes) {
    throw invalid([{ at: "all files", message: `They hold more than ${limits.setBytes} bytes of policies.` }]);
  }
  const parsedSchema = checkParseSchema(schema);
  const parsed = files.map(parsePolicyFile);
  const policies = parsed.flatMap((file) => file.policies);
  const wrong = [
    ...(parsedSchema.type === "failure" ? parsedSchema.errors.map(({ message }) => ({ at: "schema", message })) : []),
    ...parsed.flatMap((file) => file.wrong),
    ...findDuplicates(policies),
  ];
  if (wrong.length === 0 && policies.length > limits.policiesPerSet) {
    const message = `A node takes at most ${limits.policiesPerSet} policies; these are ${policies.length}.`;
    wrong.push({ at: "all files", message });
  }
  if (wrong.length > 0) throw invalid(wrong);
  return policies;
}

/**
 * Parse and strictly validate the Cedar files of a node. An empty set is legal and permits nothing.
 * @throws FLM_POLICY_INVALID listing every wrong `file:line`. A set with any error is of no use: Cedar skips a `forbid`
 * that fails, so that a node must not start with one.
 */
export function loadPolicySet(schema: string, files: readonly PolicyFile[]): PolicySet {
  try {
    const located = parsePolicies(schema, files);
    const wrong = validatePolicies(schema, located);
    if (wrong.length > 0) throw invalid(wrong);
    const policies = located.map(({ policy }) => policy);
    const digest = digestOf({ schema, policies: policies.map(({ id, text }) => ({ id, text })) });
    return Object.freeze({ schema, policies: new Map(policies.map((policy) => [policy.id, policy])), digest });
  } catch (error) {
    if (error instanceof FlamencoError) throw error;
    // Cedar's WebAssembly traps on what overflows its stack; it is of no use afterwards, and neither is the set.
    throw new FlamencoError("FLM_POLICY_INVALID", "The policies are nested too deep to be read.", { cause: error });
  }
}
