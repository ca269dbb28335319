import { limits } from "../limits.js";
import ts from "../typescript.cjs";

/** Names of the functions that a file exports, in source order, whatever else is wrong with them. */
export function exportedFunctions(source: ts.SourceFile): string[] {
  const names = source.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const modifiers = ts.getModifiers(statement) ?? [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isFunctionDeclaration(statement)) return statement.name === undefined ? [] : [statement.name.text];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) && initializer !== undefined && isFunction(initializer) ? [name.text] : [],
    );
  });
  return [...new Set(names)].slice(0, limits.refusalsPerFile);
}

function isFunction(node: ts.Expression): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}
