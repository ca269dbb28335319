import type { ErrorCode } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import ts from "../typescript.cjs";
import { permitOf, permittedPrefixes } from "./permits.js";
import type { RefusalLog } from "./refusal-log.js";
import { describeRefused } from "./refused-constructs.js";

interface Pending {
  readonly node: ts.Node;
  readonly depth: number;
  /** Inside a type: skipped, but its depth still counts. */
  readonly type: boolean;
}

type Refuse = (code: ErrorCode, position: number, message: string) => void;

/** Name of the function or constant that a statement declares: whom a refusal in it concerns. */
function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  const name = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]?.name : undefined;
  return name !== undefined && ts.isIdentifier(name) ? name.text : undefined;
}

/** The type annotation of a node, the one child that is skipped. */
function annotationOf(node: ts.Node): ts.Node | undefined {
  const annotated =
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isArrowFunction(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node);
  return annotated ? node.type : undefined;
}

/**
 * Walk one top-level statement against the permit table. Every child counts, tokens and modifiers too, so that what
 * TypeScript may add to a node is refused until someone permits it. Iterative: depth is a refusal, not an overflow.
 * @returns true when nothing was refused.
 */
export function scanPermits(statement: ts.Statement, source: ts.SourceFile, log: RefusalLog): boolean {
  let clean = true;
  const item = nameOf(statement);
  const refuse: Refuse = (code, position, message) => {
    clean = false;
    log.refuse(code, position, message, item);
  };
  const pending: Pending[] = [{ node: statement, depth: 1, type: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next;
    if (depth > limits.syntaxDepth) {
      refuse(
        "FLM_LF_LIMIT",
        node.getStart(source),
        `Syntax nests deeper than ${limits.syntaxDepth}. Name parts with const.`,
      );
      return false;
    }
    const permit = next.type ? "type" : permitOf(node.kind);
    if (permit === undefined || (ts.isPrefixUnaryExpression(node) && !permittedPrefixes.has(node.operator))) {
      refuseNode(node, source, refuse);
      continue;
    }
    if (ts.isVariableDeclarationList(node) && !isConstList(node)) {
      const word = node.flags & ts.NodeFlags.Let ? "let" : node.flags & ts.NodeFlags.Using ? "using" : "var";
      refuse(
        "FLM_LF_STATE",
        node.getStart(source),
        `The language has no ${word}: a name keeps its value. Write const.`,
      );
      continue;
    }
    const annotation = annotationOf(node);
    ts.forEachChild(node, (child) => {
      pending.push({ node: child, depth: depth + 1, type: permit === "type" || child === annotation });
    });
  }
  return clean;
}

/** `const`, and not `using` or `await using`, whose flags overlap with it. */
function isConstList(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
}

const prefixNames: ReadonlyMap<ts.PrefixUnaryOperator, Parameters<typeof describeRefused>[0]> = new Map([
  [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.PostfixUnaryExpression],
  [ts.SyntaxKind.MinusMinusToken, ts.SyntaxKind.PostfixUnaryExpression],
]);

function refuseNode(node: ts.Node, source: ts.SourceFile, refuse: Refuse): void {
  const position = node.getStart(source);
  if (ts.isPrefixUnaryExpression(node) && !prefixNames.has(node.operator)) {
    const sign = ts.tokenToString(node.operator) ?? "";
    const instead = sign === "+" ? "It converts its operand: remove it." : "There are no bit operators.";
    refuse("FLM_LF_CONSTRUCT", position, `The language has no ${sign} before a value. ${instead}`);
    return;
  }
  const kind = ts.isPrefixUnaryExpression(node) ? (prefixNames.get(node.operator) ?? node.kind) : expressionKind(node);
  const { code, name, instead } = describeRefused(kind);
  refuse(code, position, `The language has no ${name}. ${instead}`);
}

/** A statement that is only an assignment is named as one. */
function expressionKind(node: ts.Node): ts.SyntaxKind {
  if (!ts.isExpressionStatement(node)) return node.kind;
  const { expression } = node;
  if (ts.isBinaryExpression(expression) && permitOf(expression.operatorToken.kind) === undefined) {
    return expression.operatorToken.kind;
  }
  return permitOf(expression.kind) === undefined ? expression.kind : node.kind;
}
