import {
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { ErrorDetail } from "../errors/index.js";
import { type Approver, readAnnotations } from "./annotations.js";
import { limits } from "./limits.js";
import { bracketDepth, locateParts, SourceText } from "./source-text.js";

/** One Cedar file, as text; `name` is what a person calls it (`open.cedar`). */
export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** One policy of a set. */
export interface Policy {
  /** `file#name`: the `@id` annotation, or the policy's number in its file. */
  readonly id: string;
  readonly effect: "permit" | "forbid";
  readonly reason: string | null;
  /** Who must say yes before this permit takes effect. */
  readonly approval: Approver | null;
  /** `file:line` at which it begins. */
  readonly at: string;
  readonly text: string;
}

/** A policy, and how to find the lines of what is wrong inside it. */
export interface LocatedPolicy {
  readonly policy: Policy;
  readonly describe: (error: DetailedError) => ErrorDetail;
}

export interface ParsedFile {
  readonly policies: readonly LocatedPolicy[];
  readonly wrong: readonly ErrorDetail[];
}

const fileNamePattern = new RegExp(`^[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,${limits.fileNameCharacters - 1}}$`, "u");

const refused = (at: string, message: string): ParsedFile => ({ policies: [], wrong: [{ at, message }] });

const firstByteOf = (error: DetailedError): number => error.sourceLocations?.[0]?.start ?? 0;

const messageOf = ({ message, help }: DetailedError): string => (help === null ? message : `${message} (${help})`);

/**
 * Policies of one file in the order in which they stand, or everything that is wrong with it.
 * Cedar's parser is given no text that could make it overflow its stack.
 */
export function parsePolicyFile({ name, text }: PolicyFile): ParsedFile {
  if (!fileNamePattern.test(name)) {
    return refused(
      "a file name",
      `Name policy files with up to ${limits.fileNameCharacters} letters, digits, dots and hyphens.`,
    );
  }
  if (bracketDepth(text) > limits.bracketDepth) {
    return refused(`${name}:1`, `Brackets stand more than ${limits.bracketDepth} deep inside one another.`);
  }
  const source = new SourceText(text);
  const at = (byte: number): string => `${name}:${source.lineAt(byte)}`;
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") {
    return {
      policies: [],
      wrong: parts.errors.map((error) => ({ at: at(firstByteOf(error)), message: messageOf(error) })),
    };
  }
  if (parts.policies.length > limits.policiesPerSet) {
    return refused(name, `A node takes at most ${limits.policiesPerSet} policies; these are ${parts.policies.length}.`);
  }
  const [template] = locateParts(text, parts.policy_templates);
  if (template !== undefined) return refused(at(template.byte), "Templates (?principal, ?resource) are not supported.");
  const read = locateParts(text, parts.policies).map(({ part, byte }, index) => {
    const json = policyToJson(part);
    if (json.type === "failure")
      return { wrong: json.errors.map((error) => ({ at: at(byte), message: messageOf(error) })) };
    const { policy, wrong } = describePolicy(name, index, part, at(byte), json.json);
    const describe = (error: DetailedError) => ({ at: at(byte + firstByteOf(error)), message: messageOf(error) });
    return { wrong: wrong.map((message) => ({ at: at(byte), message })), located: { policy, describe } };
  });
  return {
    policies: read.flatMap(({ located }) => (located === undefined ? [] : [located])),
    wrong: read.flatMap(({ wrong }) => wrong),
  };
}

function describePolicy(
  file: string,
  index: number,
  text: string,
  at: string,
  json: PolicyJson,
): { policy: Policy; wrong: string[] } {
  const { annotations, wrong } = readAnnotations(json);
  const { reason, approval } = annotations;
  const id = `${file}#${annotations.id ?? String(index + 1)}`;
  return { policy: Object.freeze({ id, effect: json.effect, reason, approval, at, text }), wrong };
}
