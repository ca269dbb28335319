import { fieldOf, type StatisticName, statisticNames } from "@flamenco/policies/wire";
import { didYouMean } from "../near-names.js";
import { quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { adviseStatistic } from "../vocabulary.js";
import type { Lowering } from "./lowering.js";
import type { Scope } from "./scope.js";
import { describeValue, type Value } from "./values.js";

/** `flow.bytes`, `stats.bytes`, `stats.bytes.p75`: static names only, looked up in the kind, never in an object. */
export function lowerMember(lowering: Lowering, node: ts.PropertyAccessExpression, scope: Scope): Value {
  if (!ts.isIdentifier(node.name) || node.questionDotToken !== undefined) {
    return lowering.refuse(node.name, "FLM_LF_CONSTRUCT", "Members are plain names after a plain dot.");
  }
  const owner = lowering.expression(node.expression, scope);
  switch (owner.type) {
    case "row":
      return lowerRowField(lowering, node.name);
    case "statistics":
      return lowerFieldStatistics(lowering, node.name);
    case "fieldStatistics":
      return lowerStatistic(lowering, node.name, owner.field);
    case "unknown":
      return lowering.unknown();
    default:
      return lowering.refuse(
        node.name,
        "FLM_LF_CONSTRUCT",
        `${quoteGuestText(node.name.text)} is not a member of ${describeValue(owner)}. Members are row fields (flow.bytes), statistics (stats.bytes.p75) and includes on a constant array.`,
      );
  }
}

function lowerRowField(lowering: Lowering, name: ts.Identifier): Value {
  const field = readableField(lowering, name);
  if (field === undefined) return lowering.unknown();
  switch (field.type) {
    case "number":
    case "integer":
      return { type: "number", node: lowering.pool.field(field.name) };
    case "boolean":
      return { type: "boolean", node: lowering.pool.flag(field.name) };
    case "category":
      return { type: "category", field: field.name };
  }
}

function lowerFieldStatistics(lowering: Lowering, name: ts.Identifier): Value {
  const field = readableField(lowering, name);
  if (field === undefined) return lowering.unknown();
  if (field.type === "category" || field.type === "boolean") {
    return lowering.refuse(name, "FLM_LF_STATISTIC", `${field.name} is a ${field.type}; only numbers have statistics.`);
  }
  return { type: "fieldStatistics", field: field.name };
}

function lowerStatistic(lowering: Lowering, name: ts.Identifier, field: string): Value {
  if (!(statisticNames as readonly string[]).includes(name.text)) {
    const message = `There is no statistic ${quoteGuestText(name.text)}. ${adviseStatistic(name.text)}`;
    return lowering.refuse(name, "FLM_LF_STATISTIC", message);
  }
  return { type: "number", node: lowering.pool.statistic(field, name.text as StatisticName) };
}

function readableField(lowering: Lowering, name: ts.Identifier) {
  const { kind } = lowering;
  const field = fieldOf(kind, name.text);
  if (field === undefined) {
    const near = didYouMean(
      name.text,
      kind.fields.map((candidate) => candidate.name),
    );
    lowering.refuse(name, "FLM_LF_FIELD", `${kind.name} has no field ${quoteGuestText(name.text)}.${near}`);
    return undefined;
  }
  if (field.access === "private" && !lowering.granted.has(field.name)) {
    lowering.refuse(
      name,
      "FLM_LF_PRIVATE_FIELD",
      `${field.name} is private: ${field.meaning}. Use ports, sizes, times or counts; only an operator's policy can grant it.`,
    );
    return undefined;
  }
  return field;
}
