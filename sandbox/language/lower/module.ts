import { limits } from "../limits.js";
import { docCommentOf, kindName, quoteGuestText, scanPermits } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { checkHelper } from "./functions.js";
import { lowerImport } from "./imports.js";
import { BudgetSpent, type Lowering } from "./lowering.js";
import { bindName } from "./names.js";
import { type Helper, unknownValue } from "./values.js";

/** An exported function: one LF. */
export interface LfDeclaration {
  readonly helper: Helper;
  readonly description: string;
}

/** The word of a declaration's modifiers that is not plain `export`. */
function oddModifier(statement: ts.FunctionDeclaration | ts.VariableStatement): ts.Node | undefined {
  return statement.modifiers?.find(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword);
}

const isExported = (statement: ts.FunctionDeclaration | ts.VariableStatement): boolean =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/**
 * Read the top of a file: imports and function declarations first (they are hoisted), then constants in order, then every
 * helper is checked by itself. @returns the LFs, in source order.
 */
export function lowerModule(lowering: Lowering): LfDeclaration[] {
  const { source, log } = lowering;
  const clean = new Set(source.statements.filter((statement) => scanPermits(statement, source, log)));
  noteDeclared(lowering);
  const lfs: LfDeclaration[] = [];
  const helpers: Helper[] = [];
  const declare = (
    helper: Helper,
    statement: ts.FunctionDeclaration | ts.VariableStatement,
    name: ts.Identifier,
  ): void => {
    lowering.begin(helper.name);
    const value = clean.has(statement) ? ({ type: "helper", helper } as const) : unknownValue;
    if (!bindName(lowering, name, value, lowering.module) || value === unknownValue) return;
    if (isExported(statement)) lfs.push({ helper, description: docCommentOf(statement, source) });
    else helpers.push(helper);
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) && clean.has(statement)) lowerImport(lowering, statement);
  }
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement)) declareFunction(lowering, statement, declare);
  }
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) declareConsts(lowering, statement, clean.has(statement), declare);
    else if (clean.has(statement)) refuseOther(lowering, statement);
  }
  for (const helper of helpers) {
    lowering.begin(helper.name);
    checkHelper(lowering, helper);
  }
  return lfs.sort((a, b) => a.helper.node.pos - b.helper.node.pos);
}

type Declare = (helper: Helper, statement: ts.FunctionDeclaration | ts.VariableStatement, name: ts.Identifier) => void;

function noteDeclared(lowering: Lowering): void {
  for (const statement of lowering.source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations)
      if (ts.isIdentifier(name)) lowering.declared.add(name.text);
  }
}

function declareFunction(lowering: Lowering, node: ts.FunctionDeclaration, declare: Declare): void {
  const { name, body, asteriskToken, typeParameters, parameters } = node;
  lowering.begin(name?.text ?? "file");
  const odd = oddModifier(node) ?? asteriskToken ?? typeParameters?.[0];
  if (odd !== undefined) {
    lowering.refuse(odd, "FLM_LF_CONSTRUCT", "Functions are plain: function name(parameters) { … }.");
  } else if (name === undefined || body === undefined) {
    lowering.refuse(node, "FLM_LF_CONSTRUCT", "A function needs a name and a body.");
  } else {
    declare({ name: name.text, parameters, body, node }, node, name);
  }
}

function declareConsts(lowering: Lowering, statement: ts.VariableStatement, clean: boolean, declare: Declare): void {
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (initializer !== undefined && ts.isArrowFunction(initializer) && ts.isIdentifier(name)) {
      const { parameters, body } = initializer;
      declare({ name: name.text, parameters, body, node: initializer }, statement, name);
      continue;
    }
    lowering.begin(ts.isIdentifier(name) ? name.text : "const");
    if (clean && isExported(statement)) {
      lowering.refuse(
        name,
        "FLM_LF_CONSTRUCT",
        "Only labeling functions are exported: remove export, or write a function.",
      );
    }
    const known = clean && initializer !== undefined;
    bindName(lowering, name, known ? lowering.expression(initializer, lowering.module) : unknownValue, lowering.module);
  }
}

/** What may stand at the top without being declared or bound. */
function refuseOther(lowering: Lowering, statement: ts.Statement): void {
  if (ts.isImportDeclaration(statement) || ts.isFunctionDeclaration(statement) || ts.isEmptyStatement(statement))
    return;
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) return;
  lowering.begin("file");
  lowering.refuse(
    statement,
    "FLM_LF_CONSTRUCT",
    `The language has no ${kindName(statement.kind)} at the top of a file.`,
  );
}

/** Run `work` until the budget is spent; what is refused by then stays recorded. */
export function withinBudget(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
  }
}

/** At most so many LFs stand in a file. */
export function keepWithinCount(lowering: Lowering, lfs: readonly LfDeclaration[]): readonly LfDeclaration[] {
  const extra = lfs[limits.lfsPerFile];
  if (extra === undefined) return lfs;
  const message = `A file holds at most ${limits.lfsPerFile} labeling functions; ${quoteGuestText(extra.helper.name)} is one more.`;
  lowering.refuse(extra.helper.node, "FLM_LF_LIMIT", message);
  return lfs.slice(0, limits.lfsPerFile);
}
