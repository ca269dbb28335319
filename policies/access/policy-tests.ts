import { type Static, Type } from "@sinclair/typebox";
import { isFlamencoError } from "../errors/index.js";
import { closed, OrNull, oneOf, parseDocument, Text } from "../wire/index.js";
import { approvers } from "./annotations.js";
import { type AccessDecision, decideAccess } from "./decide.js";
import { limits } from "./limits.js";
import type { PolicySet } from "./policy-set.js";

const Patch = Type.Record(Type.String(), Type.Unknown());

/** What a case expects. `policies` are all that decide, and no other; what is left out is not compared. */
export const PolicyExpectation = Type.Object(
  {
    decision: oneOf(["allow", "deny"]),
    policies: Type.Optional(Type.Array(Text(200), { maxItems: limits.policiesPerSet })),
    reasons: Type.Optional(Type.Array(Text(limits.reasonCharacters), { maxItems: limits.policiesPerSet })),
    /** Who must say yes too; `null`: nobody. */
    approval: Type.Optional(OrNull(oneOf(approvers))),
  },
  closed,
);
export type PolicyExpectation = Static<typeof PolicyExpectation>;

/** `*.test.json`: a request to start from, and cases that change it and say what must be decided. */
export const PolicyTestFile = Type.Object(
  {
    schema: Type.Literal("flamenco-policy-test/1"),
    about: Text(1_000),
    /** Cedar files that are asked, of those beside this one. Absent: all of them, as a node would. */
    policyFiles: Type.Optional(Type.Array(Text(255), { minItems: 1, maxItems: 200, uniqueItems: true })),
    /** An access request. */
    request: Patch,
    cases: Type.Array(
      Type.Object(
        {
          name: Text(200),
          /** Merged into the request as RFC 7396 says: records merge, `null` removes, everything else replaces. */
          change: Type.Optional(Patch),
          expect: PolicyExpectation,
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.testCases },
    ),
  },
  closed,
);
export type PolicyTestFile = Static<typeof PolicyTestFile>;

/** How a case came out. */
export interface PolicyTestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: PolicyExpectation;
  /** What was decided; null when the request is none. */
  readonly found: Pick<AccessDecision, "decision" | "policies" | "reasons" | "approval"> | null;
  /** Why it failed; empty when it passed. */
  readonly problems: readonly string[];
}

/** @param input a `*.test.json`, parsed from JSON @throws FLM_SCHEMA when it is not a test file */
export const parsePolicyTests = (input: unknown): PolicyTestFile =>
  parseDocument(PolicyTestFile, input, "policy test file");

/** Ask a policy set every case of a test file. A case whose request does not match its schema fails, and the others run. */
export function runPolicyTests(policySet: PolicySet, { request, cases }: PolicyTestFile): PolicyTestResult[] {
  return cases.map(({ name, change = {}, expect }) => {
    try {
      const { decision, policies, reasons, approval } = decideAccess(policySet, mergePatch(request, change));
      const found = { decision, policies, reasons, approval };
      const problems = compare(expect, found);
      return { name, passed: problems.length === 0, expected: expect, found, problems };
    } catch (error) {
      if (!isFlamencoError(error, "FLM_SCHEMA")) throw error;
      return { name, passed: false, expected: expect, found: null, problems: [error.message] };
    }
  });
}

function compare(expect: PolicyExpectation, found: NonNullable<PolicyTestResult["found"]>): string[] {
  const list = (values: readonly string[]) => (values.length === 0 ? "none" : [...values].sort().join(", "));
  const differences: [what: string, expected: string | undefined, found: string][] = [
    ["decision", expect.decision, found.decision],
    ["policies", expect.policies && list(expect.policies), list(found.policies)],
    ["reasons", expect.reasons && list(expect.reasons), list(found.reasons)],
    ["approval", expect.approval === undefined ? undefined : (expect.approval ?? "none"), found.approval ?? "none"],
  ];
  return differences
    .filter(([, expected, got]) => expected !== undefined && expected !== got)
    .map(([what, expected, got]) => `${what}: expected ${expected}, found ${got}`);
}

type JsonRecord = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON Merge Patch (RFC 7396). Made of entries, so that a key `__proto__` is a key like any other. */
export function mergePatch(base: JsonRecord, patch: JsonRecord): JsonRecord {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isRecord(value) ? mergePatch(isRecord(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(merged);
}
