import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { limits } from "./limits.js";

/** Who must say yes before a permit takes effect. */
export const approvers = ["person"] as const;
export type Approver = (typeof approvers)[number];

/** What a policy says of itself. */
export interface PolicyAnnotations {
  /** Name within its file. */
  readonly id: string | null;
  /** Why, for whoever reads a decision. */
  readonly reason: string | null;
  /** Set on a permit that waits for somebody's word. */
  readonly approval: Approver | null;
}

const known = ["id", "reason", "approval"] as const;
const idPattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${limits.idCharacters - 1}}$`);

/** What is wrong with the annotations of a policy; empty when nothing is. */
function findWrong({ effect, annotations = {} }: PolicyJson): string[] {
  const { id, reason, approval } = annotations;
  const unknown = Object.keys(annotations).filter((name) => !(known as readonly string[]).includes(name));
  return [
    // A misspelt @approval would drop the demand without a word.
    ...unknown.map(
      (name) => `@${name} is no annotation that a node knows: use ${known.map((one) => `@${one}`).join(", ")}.`,
    ),
    ...("id" in annotations && !idPattern.test(id ?? "")
      ? [`@id takes up to ${limits.idCharacters} letters, digits, dots, hyphens and underscores.`]
      : []),
    ...((reason?.length ?? 0) > limits.reasonCharacters
      ? [`@reason takes up to ${limits.reasonCharacters} characters.`]
      : []),
    ...("approval" in annotations && !(approvers as readonly string[]).includes(approval ?? "")
      ? [`@approval knows no such approver: write @approval("person").`]
      : []),
    ...("approval" in annotations && effect === "forbid"
      ? ["@approval stands on a permit: what is forbidden needs nobody's approval."]
      : []),
  ];
}

/** Read a policy's annotations. A closed set: whatever else stands there is a mistake. */
export function readAnnotations(policy: PolicyJson): { annotations: PolicyAnnotations; wrong: string[] } {
  const { id, reason, approval } = policy.annotations ?? {};
  return {
    annotations: { id: id ?? null, reason: reason ?? null, approval: approval === "person" ? approval : null },
    wrong: findWrong(policy),
  };
}
