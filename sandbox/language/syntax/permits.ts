import ts from "../typescript.cjs";

/** Name of a TypeScript node kind, as its enumeration spells it. */
export type SyntaxKindName = keyof typeof ts.SyntaxKind;

/** Why a kind is permitted: what part of the language it is. */
export type PermitRole =
  | "file"
  | "import"
  | "type" /** skipped, never evaluated */
  | "declaration"
  | "statement"
  | "expression"
  | "operator"
  | "punctuation";

/**
 * The language, as data. A node whose kind is not here is refused, whatever TypeScript may invent; being here is necessary,
 * not sufficient: lowering still asks what each node means where it stands.
 */
export const permits: Readonly<Partial<Record<SyntaxKindName, PermitRole>>> = Object.freeze({
  SourceFile: "file",
  EndOfFileToken: "file",

  ImportDeclaration: "import",
  ImportClause: "import",
  NamedImports: "import",
  ImportSpecifier: "import",

  TypeAliasDeclaration: "type",
  InterfaceDeclaration: "type",

  VariableStatement: "declaration",
  VariableDeclarationList: "declaration",
  VariableDeclaration: "declaration",
  FunctionDeclaration: "declaration",
  Parameter: "declaration",
  ExportKeyword: "declaration",

  Block: "statement",
  IfStatement: "statement",
  ReturnStatement: "statement",
  EmptyStatement: "statement",

  ArrowFunction: "expression",
  ParenthesizedExpression: "expression",
  AsExpression: "expression",
  SatisfiesExpression: "expression",
  PrefixUnaryExpression: "expression",
  BinaryExpression: "expression",
  ConditionalExpression: "expression",
  CallExpression: "expression",
  PropertyAccessExpression: "expression",
  ArrayLiteralExpression: "expression",
  Identifier: "expression",
  NumericLiteral: "expression",
  StringLiteral: "expression",
  TrueKeyword: "expression",
  FalseKeyword: "expression",

  PlusToken: "operator",
  MinusToken: "operator",
  AsteriskToken: "operator",
  SlashToken: "operator",
  LessThanToken: "operator",
  LessThanEqualsToken: "operator",
  GreaterThanToken: "operator",
  GreaterThanEqualsToken: "operator",
  EqualsEqualsEqualsToken: "operator",
  ExclamationEqualsEqualsToken: "operator",
  AmpersandAmpersandToken: "operator",
  BarBarToken: "operator",

  QuestionToken: "punctuation",
  ColonToken: "punctuation",
  EqualsGreaterThanToken: "punctuation",
});

/** Prefix operators of the language; the others (`+`, `~`, `++`, `--`) convert, twiddle bits or assign. */
export const permittedPrefixes: ReadonlySet<ts.PrefixUnaryOperator> = new Set([
  ts.SyntaxKind.ExclamationToken,
  ts.SyntaxKind.MinusToken,
]);

/** Names of kinds: the enumeration has aliases (`FirstToken`), of which the first real name of each number counts. */
const kindNames: ReadonlyMap<ts.SyntaxKind, SyntaxKindName> = (() => {
  const names = new Map<ts.SyntaxKind, SyntaxKindName>();
  for (const [name, kind] of Object.entries(ts.SyntaxKind)) {
    if (typeof kind !== "number" || /^(First|Last)[A-Z]/.test(name)) continue;
    if (!names.has(kind)) names.set(kind, name as SyntaxKindName);
  }
  return names;
})();

/** The kind's name; a number that this table never saw is "Unknown", which is not permitted. */
export function kindName(kind: ts.SyntaxKind): SyntaxKindName {
  return kindNames.get(kind) ?? "Unknown";
}

/** The role of a permitted kind, or undefined: refused. */
export function permitOf(kind: ts.SyntaxKind): PermitRole | undefined {
  const name = kindName(kind);
  return Object.hasOwn(permits, name) ? permits[name] : undefined;
}
