import {
  checkParseSchema,
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { type ErrorDetail, FlamencoError } from "../errors/index.js";

/** One Cedar file, as text; `name` is what a person calls it (`open.cedar`). */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** One policy of a set. `id` is `file#name`: the `@id` annotation, or the policy's number in its file. */
export interface Policy {
  readonly id: string;
  readonly reason: string | null;
  readonly text: string;
}

/** Policies that parsed and passed strict validation against the schema. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** Where a policy begins in its file, in UTF-8 bytes as Cedar counts. */
interface LocatedPolicy extends Policy {
  readonly file: PolicyFile;
  readonly offset: number;
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** 1-based line of a byte offset. */
function lineAt(text: string, offset: number): number {
  const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, offset));
  return before.split("\n").length;
}

function describeErrors(file: PolicyFile, errors: readonly DetailedError[], offset = 0): ErrorDetail[] {
  return errors.map((error) => {
    const start = error.sourceLocations?.[0]?.start ?? 0;
    const help = error.help === null ? "" : ` (${error.help})`;
    return { at: `${file.name}:${lineAt(file.text, offset + start)}`, message: `${error.message}${help}` };
  });
}

/** Policies of one file in the order in which they stand, or what is wrong with it. */
function parseFile(file: PolicyFile): { policies: LocatedPolicy[]; wrong: ErrorDetail[] } {
  const parts = policySetTextToParts(file.text);
  if (parts.type === "failure") return { policies: [], wrong: describeErrors(file, parts.errors) };
  if (parts.policy_templates.length > 0) {
    const offset = byteLength(file.text.slice(0, file.text.indexOf(parts.policy_templates[0] ?? "")));
    const at = `${file.name}:${lineAt(file.text, offset)}`;
    return { policies: [], wrong: [{ at, message: "Templates (?principal, ?resource) are not supported." }] };
  }
  const policies = parts.policies
    .map((text) => ({ text, position: file.text.indexOf(text) }))
    .sort((one, other) => one.position - other.position)
    .map(({ text, position }, index): LocatedPolicy => {
      const json = policyToJson(text);
      const annotations = json.type === "success" ? (json.json.annotations ?? {}) : {};
      return {
        id: `${file.name}#${annotations.id ?? String(index + 1)}`,
        reason: annotations.reason ?? null,
        text,
        file,
        offset: byteLength(file.text.slice(0, position)),
      };
    });
  return { policies, wrong: [] };
}

function findDuplicates(policies: readonly LocatedPolicy[]): ErrorDetail[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id, file, offset }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ at: `${file.name}:${lineAt(file.text, offset)}`, message: `Two policies are called ${id}.` }];
  });
}

/**
 * Warnings count as errors: a policy that can never apply is a typing mistake, and a mistaken `forbid` leaves a door open
 * that its author believes shut.
 */
function validatePolicies(schema: string, policies: readonly LocatedPolicy[]): ErrorDetail[] {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: "strict" } });
  if (answer.type === "failure") return answer.errors.map(({ message }) => ({ at: "schema", message }));
  return [...answer.validationErrors, ...answer.validationWarnings].flatMap(({ policyId, error }) => {
    const policy = policies.find(({ id }) => id === policyId);
    return policy === undefined
      ? [{ at: policyId, message: error.message }]
      : describeErrors(policy.file, [error], policy.offset);
  });
}

/**
 * Parse and strictly validate the Cedar files of a node. An empty set is legal and permits nothing.
 * @throws FLM_POLICY_INVALID listing every wrong `file:line`. A set with any error is of no use: Cedar skips a `forbid`
 * that fails, so that a node must not start with one.
 */
export function loadPolicySet(schema: string, files: readonly PolicyFile[]): PolicySet {
  const parsedSchema = checkParseSchema(schema);
  const parsed = files.map(parseFile);
  const policies = parsed.flatMap((file) => file.policies);
  const wrong = [
    ...(parsedSchema.type === "failure" ? parsedSchema.errors.map(({ message }) => ({ at: "schema", message })) : []),
    ...parsed.flatMap((file) => file.wrong),
    ...findDuplicates(policies),
  ];
  const details = wrong.length > 0 ? wrong : validatePolicies(schema, policies);
  const first = details[0];
  if (first !== undefined) {
    throw new FlamencoError("FLM_POLICY_INVALID", `A policy is wrong: ${first.at}: ${first.message}`, { details });
  }
  return Object.freeze({
    schema,
    policies: new Map(policies.map(({ id, reason, text }) => [id, Object.freeze({ id, reason, text })])),
  });
}
