import { limits } from "../limits.js";
import { kindName, quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { lowerCall } from "./calls.js";
import { joinValues } from "./join.js";
import { lowerNumber, lowerText } from "./literals.js";
import type { Lowering } from "./lowering.js";
import { lowerMember } from "./members.js";
import { resolveName } from "./names.js";
import { lowerBinary, lowerPrefix } from "./operators.js";
import type { Scope } from "./scope.js";
import type { Value } from "./values.js";

/** Lower one expression by its kind. Called through `Lowering.expression`, which counts steps and depth. */
export function lowerExpression(lowering: Lowering, node: ts.Expression, scope: Scope): Value {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return lowering.expression(node.expression, scope);
  }
  if (ts.isNumericLiteral(node)) return lowerNumber(lowering, node);
  if (ts.isStringLiteral(node)) return lowerText(lowering, node);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { type: "boolean", node: lowering.pool.boolean(true) };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { type: "boolean", node: lowering.pool.boolean(false) };
  if (ts.isIdentifier(node)) return resolveName(lowering, node, scope);
  if (ts.isPropertyAccessExpression(node)) return lowerMember(lowering, node, scope);
  if (ts.isPrefixUnaryExpression(node)) return lowerPrefix(lowering, node, scope);
  if (ts.isBinaryExpression(node)) return lowerBinary(lowering, node, scope);
  if (ts.isConditionalExpression(node)) return lowerConditional(lowering, node, scope);
  if (ts.isCallExpression(node)) return lowerCall(lowering, node, scope);
  if (ts.isArrayLiteralExpression(node)) return lowerArray(lowering, node, scope);
  if (ts.isArrowFunction(node)) {
    const advice = "Functions stand at the top of the file: const large = (flow: Flow) => …; call them by name.";
    return lowering.refuse(node, "FLM_LF_CONSTRUCT", `The language has no function here. ${advice}`);
  }
  return lowering.refuse(node, "FLM_LF_CONSTRUCT", `The language has no ${kindName(node.kind)} here.`);
}

function lowerConditional(lowering: Lowering, node: ts.ConditionalExpression, scope: Scope): Value {
  const condition = lowering.booleanOf(lowering.expression(node.condition, scope), node.condition, "?:");
  const yes = lowering.expression(node.whenTrue, scope);
  const no = lowering.expression(node.whenFalse, scope);
  return joinValues(lowering, condition, yes, no, node);
}

/** A constant array of numbers or of texts. */
function lowerArray(lowering: Lowering, node: ts.ArrayLiteralExpression, scope: Scope): Value {
  if (node.elements.length === 0 || node.elements.length > limits.constantArrayElements) {
    return lowering.refuse(node, "FLM_LF_LIMIT", `A constant array has 1 to ${limits.constantArrayElements} elements.`);
  }
  const numbers: number[] = [];
  const texts: string[] = [];
  let refused = false;
  for (const element of node.elements) {
    const value = lowering.expression(element, scope);
    const constant = value.type === "number" ? lowering.pool.constant(value.node) : undefined;
    if (constant !== undefined) numbers.push(constant);
    else if (value.type === "text") texts.push(value.text);
    else {
      refused = true;
      if (value.type !== "unknown") refuseElement(lowering, element);
    }
  }
  if (refused) return lowering.unknown();
  if (numbers.length > 0 && texts.length > 0) {
    return lowering.refuse(node, "FLM_LF_TYPE", "An array holds numbers or texts, not both.");
  }
  return numbers.length > 0 ? { type: "numbers", values: numbers } : { type: "texts", values: texts };
}

function refuseElement(lowering: Lowering, element: ts.Expression): void {
  const shown = quoteGuestText(element.getText(lowering.source));
  lowering.refuse(
    element,
    "FLM_LF_TYPE",
    `${shown} is not a constant. Compare it with === and combine with ||, or use atLeast.`,
  );
}
