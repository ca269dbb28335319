import { kindName } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { joinValues } from "./join.js";
import type { Lowering } from "./lowering.js";
import { bindName } from "./names.js";
import { Scope } from "./scope.js";
import type { Value } from "./values.js";

/** What follows a list of statements when no return was met; computed at most once, whoever asks. */
type Rest = () => Value;

/**
 * The value that a list of statements returns. An `if` becomes a choice between its sides, each continued by what
 * follows, so that every path is a path of the expression and totality a fact of syntax.
 */
export function lowerStatements(
  lowering: Lowering,
  statements: readonly ts.Statement[],
  scope: Scope,
  rest: Rest,
): Value {
  for (const [index, statement] of statements.entries()) {
    const following = statements.slice(index + 1);
    if (ts.isEmptyStatement(statement)) continue;
    if (ts.isVariableStatement(statement)) {
      lowerConsts(lowering, statement, scope);
    } else if (ts.isReturnStatement(statement)) {
      refuseUnreachable(lowering, following);
      return lowerReturn(lowering, statement, scope);
    } else if (ts.isIfStatement(statement) || ts.isBlock(statement)) {
      let reached: Value | undefined;
      const continued: Rest = () => {
        reached ??= lowering.step(statement, () => lowerStatements(lowering, following, scope, rest));
        return reached;
      };
      const value = lowering.step(statement, () =>
        ts.isBlock(statement)
          ? lowerStatements(lowering, statement.statements, new Scope(scope), continued)
          : lowerIf(lowering, statement, scope, continued),
      );
      if (reached === undefined) refuseUnreachable(lowering, following);
      return value;
    } else {
      return lowering.refuse(
        statement,
        "FLM_LF_CONSTRUCT",
        `The language has no ${kindName(statement.kind)} inside a function.`,
      );
    }
  }
  return rest();
}

function refuseUnreachable(lowering: Lowering, following: readonly ts.Statement[]): void {
  const first = following.find((statement) => !ts.isEmptyStatement(statement));
  if (first !== undefined) {
    lowering.refuse(first, "FLM_LF_CONSTRUCT", "Nothing reaches this statement: every path has returned. Remove it.");
  }
}

function lowerReturn(lowering: Lowering, statement: ts.ReturnStatement, scope: Scope): Value {
  if (statement.expression === undefined) {
    return lowering.refuse(statement, "FLM_LF_NOT_TOTAL", "return needs a value: a label, or ABSTAIN.");
  }
  return lowering.expression(statement.expression, scope);
}

function lowerIf(lowering: Lowering, statement: ts.IfStatement, scope: Scope, continued: Rest): Value {
  const { expression, thenStatement, elseStatement } = statement;
  const condition = lowering.booleanOf(lowering.expression(expression, scope), expression, "if");
  const side = (body: ts.Statement | undefined): Value => {
    if (body === undefined) return continued();
    return lowerStatements(lowering, ts.isBlock(body) ? body.statements : [body], new Scope(scope), continued);
  };
  return joinValues(lowering, condition, side(thenStatement), side(elseStatement), statement);
}

/** `const` declarations inside a function: a name for an expression, evaluated where it is used. */
function lowerConsts(lowering: Lowering, statement: ts.VariableStatement, scope: Scope): void {
  const [modifier] = statement.modifiers ?? [];
  if (modifier !== undefined)
    lowering.refuse(modifier, "FLM_LF_CONSTRUCT", "Only declarations at the top of the file are exported.");
  for (const { name, initializer } of statement.declarationList.declarations) {
    const value =
      initializer === undefined
        ? lowering.refuse(name, "FLM_LF_CONSTRUCT", "const needs a value.")
        : lowering.expression(initializer, scope);
    bindName(lowering, name, value, scope);
  }
}
