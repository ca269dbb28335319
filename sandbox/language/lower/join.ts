import type { NodeId } from "../ir/index.js";
import { didYouMean } from "../near-names.js";
import { quoteGuestText } from "../syntax/index.js";
import type ts from "../typescript.cjs";
import { abstainName } from "../vocabulary.js";
import type { Lowering } from "./lowering.js";
import { describeValue, type Value } from "./values.js";

/** The vote that a value is, where a vote is wanted; FLM_LF_LABEL for text that is no label of the task. */
export function voteOf(lowering: Lowering, value: Value, node: ts.Node): NodeId {
  if (value.type === "vote") return value.node;
  if (value.type === "text") {
    if (lowering.labels.includes(value.text)) return lowering.pool.vote(value.text);
    lowering.refuse(
      value.origin,
      "FLM_LF_LABEL",
      `${quoteGuestText(value.text)} is not a label of the task. Return ${[...lowering.labels.map((label) => JSON.stringify(label)), abstainName].join(" or ")}.${didYouMean(value.text, lowering.labels)}`,
    );
  } else if (value.type !== "unknown") {
    lowering.refuse(
      node,
      "FLM_LF_LABEL",
      `A vote is a literal label or ${abstainName}, not ${describeValue(value)}. Write condition ? ${JSON.stringify(lowering.labels[0])} : ${abstainName}.`,
    );
  }
  return lowering.pool.vote(null);
}

const isVote = (value: Value): boolean => value.type === "vote" || value.type === "text";

/** One of two values by a condition: both must be of one type. */
export function joinValues(lowering: Lowering, condition: NodeId, yes: Value, no: Value, node: ts.Node): Value {
  if (yes.type === "unknown" || no.type === "unknown") return lowering.unknown();
  if (yes.type === "number" && no.type === "number") {
    return { type: "number", node: lowering.pool.choice("number", condition, yes.node, no.node) };
  }
  if (yes.type === "boolean" && no.type === "boolean") {
    return { type: "boolean", node: lowering.pool.choice("boolean", condition, yes.node, no.node) };
  }
  if (isVote(yes) && isVote(no)) {
    const votes = [voteOf(lowering, yes, node), voteOf(lowering, no, node)] as const;
    return { type: "vote", node: lowering.pool.choice("vote", condition, ...votes) };
  }
  return lowering.refuse(
    node,
    "FLM_LF_TYPE",
    `The two sides are ${describeValue(yes)} and ${describeValue(no)}; both must be numbers, booleans or votes.`,
  );
}
