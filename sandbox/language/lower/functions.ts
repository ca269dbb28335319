import { quoteGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { rowTypeName } from "../vocabulary.js";
import type { Lowering } from "./lowering.js";
import { bindName } from "./names.js";
import { Scope } from "./scope.js";
import { lowerStatements } from "./statements.js";
import { type Helper, unknownValue, type Value } from "./values.js";

/** What a call of the function yields, its body inlined with the arguments; FLM_LF_RECURSION when it is being inlined already. */
export function inlineHelper(lowering: Lowering, helper: Helper, given: readonly Value[], call: ts.Node): Value {
  if (lowering.calls.includes(helper)) {
    const cycle = [...lowering.calls.slice(lowering.calls.indexOf(helper)), helper]
      .map(({ name }) => name)
      .join(" calls ");
    return lowering.refuse(call, "FLM_LF_RECURSION", `${cycle}. Write it without recursion.`);
  }
  if (given.length !== helper.parameters.length) {
    const message = `${quoteGuestText(helper.name)} takes ${helper.parameters.length} arguments, not ${given.length}.`;
    return lowering.refuse(call, "FLM_LF_TYPE", message);
  }
  return lowerFunction(lowering, helper, given);
}

/** Lower a function's body with values for its parameters. */
export function lowerFunction(lowering: Lowering, helper: Helper, values: readonly Value[]): Value {
  const scope = new Scope(lowering.module);
  for (const [index, parameter] of helper.parameters.entries())
    bindParameter(lowering, parameter, values[index], scope);
  lowering.calls.push(helper);
  try {
    const { body } = helper;
    if (!ts.isBlock(body)) return lowering.expression(body, scope);
    return lowerStatements(lowering, body.statements, scope, () =>
      lowering.refuse(
        helper.node,
        "FLM_LF_NOT_TOTAL",
        `A path through ${quoteGuestText(helper.name)} ends without a value. End every path with return: a label, or ABSTAIN.`,
      ),
    );
  } finally {
    lowering.calls.pop();
  }
}

function bindParameter(
  lowering: Lowering,
  parameter: ts.ParameterDeclaration,
  value: Value | undefined,
  scope: Scope,
): void {
  const odd = parameter.initializer ?? parameter.questionToken ?? parameter.dotDotDotToken ?? parameter.modifiers?.[0];
  if (odd !== undefined)
    lowering.refuse(odd, "FLM_LF_CONSTRUCT", "Parameters are plain names: no defaults, no ?, no modifiers.");
  bindName(lowering, parameter.name, value ?? unknownValue, scope);
}

/** Check a helper by itself, used or not: its parameters stand for anything that their types allow. */
export function checkHelper(lowering: Lowering, helper: Helper): void {
  lowerFunction(
    lowering,
    helper,
    helper.parameters.map((parameter) => symbolicValue(lowering, parameter.type)),
  );
}

/** A value of the annotated type; only the plainest types are read, all else may be anything. */
function symbolicValue(lowering: Lowering, type: ts.TypeNode | undefined): Value {
  if (type?.kind === ts.SyntaxKind.NumberKeyword) return { type: "number", node: lowering.pool.field("") };
  if (type?.kind === ts.SyntaxKind.BooleanKeyword) return { type: "boolean", node: lowering.pool.flag("") };
  if (type !== undefined && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    if (type.typeName.text === rowTypeName(lowering.kind)) return { type: "row" };
    if (type.typeName.text === "Stats") return { type: "statistics" };
  }
  return unknownValue;
}
