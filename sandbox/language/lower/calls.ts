import { isMathFunction, mathFunctions } from "../ir/index.js";
import { limits } from "../limits.js";
import { didYouMean } from "../near-names.js";
import { quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import type { LanguageFunction } from "../vocabulary.js";
import { inlineHelper } from "./functions.js";
import type { Lowering } from "./lowering.js";
import { compareNumbers } from "./operators.js";
import type { Scope } from "./scope.js";
import { describeValue, type Value } from "./values.js";

/** `owner.name(…)`. */
type MethodCall = ts.CallExpression & { readonly expression: ts.PropertyAccessExpression };
const isMethodCall = (node: ts.CallExpression): node is MethodCall => ts.isPropertyAccessExpression(node.expression);

export function lowerCall(lowering: Lowering, node: ts.CallExpression, scope: Scope): Value {
  const { expression: callee, arguments: given } = node;
  if (node.questionDotToken !== undefined || node.typeArguments !== undefined) {
    return lowering.refuse(node, "FLM_LF_CONSTRUCT", "Calls are plain: a name and arguments in parentheses.");
  }
  if (given.length > limits.callArguments) {
    return lowering.refuse(node, "FLM_LF_LIMIT", `A call has at most ${limits.callArguments} arguments.`);
  }
  if (isMethodCall(node)) return lowerMethod(lowering, node, scope);
  const value = lowering.expression(callee, scope);
  if (value.type === "helper") {
    const values = given.map((argument) => lowering.expression(argument, scope));
    return inlineHelper(lowering, value.helper, values, node);
  }
  if (value.type === "languageFunction") return languageFunctions[value.name](lowering, node, scope);
  if (value.type === "unknown") {
    for (const argument of given) lowering.expression(argument, scope);
    return lowering.unknown();
  }
  return lowering.refuse(callee, "FLM_LF_TYPE", `${describeValue(value)} cannot be called.`);
}

/** `Math.f(…)`, `Number.isNaN(x)`, `Number.isFinite(x)`, `array.includes(x)`. */
function lowerMethod(lowering: Lowering, node: MethodCall, scope: Scope): Value {
  const { expression: callee } = node;
  const name = callee.name.text;
  // `Math` and `Number` cannot be declared by a file, so the name alone says what is meant.
  const owner = ts.isIdentifier(callee.expression) ? callee.expression.text : undefined;
  if (owner === "Math") return lowerMath(lowering, node, scope);
  if (owner === "Number") return lowerNumberTest(lowering, node, scope);
  const value = lowering.expression(callee.expression, scope);
  if (value.type === "unknown") return lowering.unknown();
  if ((value.type === "numbers" || value.type === "texts") && name === "includes") {
    return lowerIncludes(lowering, value, node, scope);
  }
  return lowering.refuse(
    callee.name,
    "FLM_LF_CONSTRUCT",
    `${quoteGuestText(name)} cannot be called on ${describeValue(value)}. Methods are Math functions, Number.isNaN, Number.isFinite, and includes on a constant array.`,
  );
}

function lowerMath(lowering: Lowering, node: MethodCall, scope: Scope): Value {
  const { expression: callee, arguments: given } = node;
  const name = callee.name.text;
  if (!isMathFunction(name)) {
    const names = Object.keys(mathFunctions);
    const advice = name === "random" ? " A vote is the same every time." : didYouMean(name, names);
    return lowering.refuse(
      callee.name,
      "FLM_LF_NAME",
      `The language has no Math.${quoteGuestText(name).slice(1, -1)}.${advice} It has ${names.join(", ")}.`,
    );
  }
  const { minimumOperands, maximumOperands } = mathFunctions[name];
  const operands = given.map((argument) =>
    lowering.numberOf(lowering.expression(argument, scope), argument, `Math.${name}`),
  );
  if (given.length < minimumOperands || given.length > maximumOperands) {
    const wanted =
      minimumOperands === maximumOperands ? `${minimumOperands}` : `${minimumOperands} to ${maximumOperands}`;
    return lowering.refuse(node, "FLM_LF_TYPE", `Math.${name} takes ${wanted} numbers, not ${given.length}.`);
  }
  return { type: "number", node: lowering.pool.math(name, operands) };
}

function lowerNumberTest(lowering: Lowering, node: MethodCall, scope: Scope): Value {
  const { expression: callee, arguments: given } = node;
  const name = callee.name.text;
  if (name !== "isNaN" && name !== "isFinite") {
    return lowering.refuse(callee.name, "FLM_LF_NAME", "Of Number the language has isNaN and isFinite.");
  }
  const [argument] = given;
  if (argument === undefined || given.length !== 1) {
    return lowering.refuse(node, "FLM_LF_TYPE", `Number.${name} takes one number.`);
  }
  const operand = lowering.numberOf(lowering.expression(argument, scope), argument, `Number.${name}`);
  return { type: "boolean", node: lowering.pool.numberTest(name, operand) };
}

function lowerIncludes(
  lowering: Lowering,
  array: Value & { readonly type: "numbers" | "texts" },
  node: MethodCall,
  scope: Scope,
): Value {
  const { arguments: given } = node;
  const [argument] = given;
  if (argument === undefined || given.length !== 1)
    return lowering.refuse(node, "FLM_LF_TYPE", "includes takes one value.");
  const value = lowering.expression(argument, scope);
  if (value.type === "unknown") return lowering.unknown();
  if (array.type === "numbers" && value.type === "number") {
    lowering.noteLiterals(node, lowering.literalFinder.inMembership(value.node, array.values));
    return { type: "boolean", node: lowering.pool.membership(value.node, array.values) };
  }
  if (array.type === "texts" && value.type === "category") {
    return { type: "boolean", node: lowering.pool.category(value.field, array.values) };
  }
  const wanted = array.type === "numbers" ? "a number" : "a category";
  return lowering.refuse(
    argument,
    "FLM_LF_TYPE",
    `This array's includes takes ${wanted}, not ${describeValue(value)}.`,
  );
}

type LowerLanguageFunction = (lowering: Lowering, node: ts.CallExpression, scope: Scope) => Value;

const languageFunctions: Readonly<Record<LanguageFunction, LowerLanguageFunction>> = Object.freeze({
  /** `atLeast(k, a, b, …)`: k of the conditions hold. */
  atLeast(lowering, node, scope) {
    const [first, ...conditions] = node.arguments;
    const operands = conditions.map((argument) =>
      lowering.booleanOf(lowering.expression(argument, scope), argument, "atLeast"),
    );
    const counted = first === undefined ? undefined : lowering.expression(first, scope);
    if (counted?.type === "unknown") return lowering.unknown();
    const count = counted?.type === "number" ? lowering.pool.constant(counted.node) : undefined;
    if (count === undefined || !Number.isInteger(count) || count < 1 || count > operands.length) {
      const message = "atLeast takes a whole number k and at least k conditions: atLeast(2, a, b, c).";
      return lowering.refuse(first ?? node, "FLM_LF_TYPE", message);
    }
    return { type: "boolean", node: lowering.pool.atLeast(count, operands) };
  },

  /** `between(x, low, high)`: low <= x and x <= high. */
  between(lowering, node, scope) {
    const { arguments: given } = node;
    if (given.length !== 3)
      return lowering.refuse(node, "FLM_LF_TYPE", "between takes three numbers: between(x, low, high).");
    const [x = 0, low = 0, high = 0] = given.map((argument) =>
      lowering.numberOf(lowering.expression(argument, scope), argument, "between"),
    );
    const above = compareNumbers(lowering, ">=", x, low, node);
    const below = compareNumbers(lowering, "<=", x, high, node);
    const both = [lowering.booleanOf(above, node, "between"), lowering.booleanOf(below, node, "between")] as const;
    return { type: "boolean", node: lowering.pool.logic("and", ...both) };
  },
});
