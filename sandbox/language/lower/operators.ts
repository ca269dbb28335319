import { fieldOf } from "@flamenco/policies/wire";
import type { ArithmeticOperator, ComparisonOperator, NodeId } from "../ir/index.js";
import { kindName } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { joinValues } from "./join.js";
import type { Lowering } from "./lowering.js";
import type { Scope } from "./scope.js";
import { describeValue, type Value } from "./values.js";

const { SyntaxKind } = ts;

const arithmeticTokens: ReadonlyMap<ts.SyntaxKind, ArithmeticOperator> = new Map([
  [SyntaxKind.PlusToken, "+"],
  [SyntaxKind.MinusToken, "-"],
  [SyntaxKind.AsteriskToken, "*"],
  [SyntaxKind.SlashToken, "/"],
]);
const orderTokens: ReadonlyMap<ts.SyntaxKind, ComparisonOperator> = new Map([
  [SyntaxKind.LessThanToken, "<"],
  [SyntaxKind.LessThanEqualsToken, "<="],
  [SyntaxKind.GreaterThanToken, ">"],
  [SyntaxKind.GreaterThanEqualsToken, ">="],
]);
const logicTokens: ReadonlyMap<ts.SyntaxKind, "and" | "or"> = new Map([
  [SyntaxKind.AmpersandAmpersandToken, "and"],
  [SyntaxKind.BarBarToken, "or"],
]);

export function lowerBinary(lowering: Lowering, node: ts.BinaryExpression, scope: Scope): Value {
  const { pool } = lowering;
  const token = node.operatorToken.kind;
  const written = ts.tokenToString(token) ?? kindName(token);
  const left = lowering.expression(node.left, scope);
  const right = lowering.expression(node.right, scope);
  const arithmetic = arithmeticTokens.get(token);
  if (arithmetic !== undefined) {
    const operands = numbersOf(lowering, left, right, node, written);
    return { type: "number", node: pool.arithmetic(arithmetic, ...operands) };
  }
  const order = orderTokens.get(token);
  if (order !== undefined) {
    return compareNumbers(lowering, order, ...numbersOf(lowering, left, right, node, written), node);
  }
  const logic = logicTokens.get(token);
  if (logic !== undefined) {
    const a = lowering.booleanOf(left, node.left, written);
    const b = lowering.booleanOf(right, node.right, written);
    return { type: "boolean", node: pool.logic(logic, a, b) };
  }
  if (token === SyntaxKind.EqualsEqualsEqualsToken) return lowerEquality(lowering, left, right, node);
  if (token === SyntaxKind.ExclamationEqualsEqualsToken) {
    const equal = lowerEquality(lowering, left, right, node);
    return equal.type === "boolean" ? { type: "boolean", node: pool.not(equal.node) } : equal;
  }
  return lowering.refuse(node.operatorToken, "FLM_LF_CONSTRUCT", `The language has no operator ${written}.`);
}

function numbersOf(
  lowering: Lowering,
  left: Value,
  right: Value,
  node: ts.BinaryExpression,
  written: string,
): [NodeId, NodeId] {
  return [lowering.numberOf(left, node.left, written), lowering.numberOf(right, node.right, written)];
}

/** A comparison of numbers, with its private literals noted at the side that holds them. */
export function compareNumbers(
  lowering: Lowering,
  operator: ComparisonOperator,
  left: NodeId,
  right: NodeId,
  node: ts.Node,
): Value {
  lowering.noteLiterals(node, lowering.literalFinder.inComparison(operator, left, right));
  return { type: "boolean", node: lowering.pool.comparison(operator, left, right) };
}

function lowerEquality(lowering: Lowering, left: Value, right: Value, node: ts.BinaryExpression): Value {
  const { pool } = lowering;
  if (left.type === "unknown" || right.type === "unknown") return lowering.unknown();
  if (left.type === "number" && right.type === "number") {
    warnOfInexactEquality(lowering, left.node, right.node, node);
    return compareNumbers(lowering, "===", left.node, right.node, node);
  }
  if (left.type === "boolean" && right.type === "boolean") {
    return joinValues(lowering, left.node, right, { type: "boolean", node: pool.not(right.node) }, node);
  }
  const [category, text] = left.type === "category" ? [left, right] : [right, left];
  if (category.type === "category" && text.type === "text") {
    return { type: "boolean", node: pool.category(category.field, [text.text]) };
  }
  return lowering.refuse(
    node.operatorToken,
    "FLM_LF_TYPE",
    `${describeValue(left)} cannot equal ${describeValue(right)}: compare numbers with numbers, categories with literal text. The language never converts.`,
  );
}

/** Equality of measured quantities hardly ever holds; of whole numbers it does. */
function warnOfInexactEquality(lowering: Lowering, left: NodeId, right: NodeId, node: ts.Node): void {
  const isWhole = (id: NodeId): boolean => {
    const read = lowering.pool.at(id);
    return read.kind === "field" && fieldOf(lowering.kind, read.field)?.type === "integer";
  };
  if (!isWhole(left) && !isWhole(right)) {
    lowering.warn(node, "=== on a measured quantity hardly ever holds. Compare with <= and >=, or between.");
  }
}

export function lowerPrefix(lowering: Lowering, node: ts.PrefixUnaryExpression, scope: Scope): Value {
  const value = lowering.expression(node.operand, scope);
  if (node.operator === SyntaxKind.MinusToken) {
    return { type: "number", node: lowering.pool.negate(lowering.numberOf(value, node.operand, "-")) };
  }
  if (node.operator === SyntaxKind.ExclamationToken) {
    return { type: "boolean", node: lowering.pool.not(lowering.booleanOf(value, node.operand, "!")) };
  }
  return lowering.refuse(
    node,
    "FLM_LF_CONSTRUCT",
    `The language has no ${ts.tokenToString(node.operator)} before a value.`,
  );
}
