import type { ErrorCode } from "@flamenco/policies/errors";
import type ts from "../typescript.cjs";
import { kindName, type SyntaxKindName } from "./permits.js";

export interface RefusedConstruct {
  /** What the author would call it. */
  readonly name: string;
  /** What to write instead. */
  readonly instead: string;
  readonly code?: ErrorCode;
}

const of = (name: string, instead: string, code?: ErrorCode): RefusedConstruct =>
  code === undefined ? { name, instead } : { name, instead, code };

const state = (name: string, instead: string): RefusedConstruct => of(name, instead, "FLM_LF_STATE");

const loop = (name: string): RefusedConstruct =>
  of(name, "A vote looks at one row: write the conditions one by one, with && and ||, atLeast or includes.");
const assignment = (name: string): RefusedConstruct =>
  state(name, "Nothing can be changed: give every value its own const, and choose with ?: or if.");
const bits = (name: string): RefusedConstruct =>
  of(
    name,
    "There are no bit operators: compare flag counts (flow.synFlagCount > 0), or tcpFlags with === or includes.",
  );
const type = (name: string): RefusedConstruct =>
  of(name, "Types stand only after a colon, as or satisfies: remove it here.");
const template = of("template string", 'Write a plain string: "attack".');
const classes = of("class", "A labeling function is a plain function of the row and the statistics.");
const asynchronous = of("await or async", "A vote is computed at once, from the row and the statistics alone.");
const generator = of("generator", "Return the one label, or ABSTAIN.");
const destructuring = of("destructuring", "Name the row and read its fields: flow.bytes.");
const modules = of(
  "import or export of this form",
  'Write import { … } from "@flamenco/lf" and export each LF where it is declared.',
);

/** Friendly words for constructs that people try. A kind without an entry is refused all the same, by its own name. */
export const refusedConstructs: Readonly<Partial<Record<SyntaxKindName, RefusedConstruct>>> = Object.freeze({
  ForStatement: loop("for loop"),
  ForInStatement: loop("for…in loop"),
  ForOfStatement: loop("for…of loop"),
  WhileStatement: loop("while loop"),
  DoStatement: loop("do loop"),
  BreakStatement: loop("break"),
  ContinueStatement: loop("continue"),
  LabeledStatement: loop("label"),
  SwitchStatement: of("switch", "Write if … else if …, or includes on a constant array."),
  TryStatement: of("try", "Nothing in the language throws: remove it."),
  ThrowStatement: of("throw", "Return ABSTAIN where the function has no opinion."),
  WithStatement: of("with", "Read fields by name: flow.bytes."),
  DebuggerStatement: of("debugger", "Remove it; `flamenco lf test` shows votes row by row."),
  ExpressionStatement: state(
    "statement without a vote",
    "A labeling function has no effects: name a value with const, or return a vote.",
  ),

  PostfixUnaryExpression: assignment("++ or --"),
  EqualsToken: assignment("assignment"),
  PlusEqualsToken: assignment("assignment"),
  MinusEqualsToken: assignment("assignment"),
  AsteriskEqualsToken: assignment("assignment"),
  SlashEqualsToken: assignment("assignment"),
  PercentEqualsToken: assignment("assignment"),
  AsteriskAsteriskEqualsToken: assignment("assignment"),
  LessThanLessThanEqualsToken: assignment("assignment"),
  GreaterThanGreaterThanEqualsToken: assignment("assignment"),
  GreaterThanGreaterThanGreaterThanEqualsToken: assignment("assignment"),
  AmpersandEqualsToken: assignment("assignment"),
  BarEqualsToken: assignment("assignment"),
  CaretEqualsToken: assignment("assignment"),
  BarBarEqualsToken: assignment("assignment"),
  AmpersandAmpersandEqualsToken: assignment("assignment"),
  QuestionQuestionEqualsToken: assignment("assignment"),
  ThisKeyword: state("this", "A vote may depend on one row and the statistics alone: use the parameters."),
  SuperKeyword: classes,
  DeleteExpression: assignment("delete"),

  EqualsEqualsToken: of("==", "It converts its operands: write ===."),
  ExclamationEqualsToken: of("!=", "It converts its operands: write !==."),
  PercentToken: of("%", "Write x - n * Math.floor(x / n)."),
  AsteriskAsteriskToken: of("**", "Write Math.pow(x, n)."),
  QuestionQuestionToken: of(
    "??",
    "A predicate that meets a missing value abstains by itself; ask with Number.isNaN(flow.x).",
  ),
  QuestionDotToken: of(
    "optional chaining",
    "Every field is there: write a plain dot. A missing value makes the LF abstain.",
  ),
  CommaToken: of("comma operator", "Write one expression."),
  InKeyword: of("in", "Fields are fixed: read them by name; ask for a missing value with Number.isNaN(flow.x)."),
  InstanceOfKeyword: of("instanceof", "There are only numbers, booleans and categories, of known type."),
  AmpersandToken: bits("&"),
  BarToken: bits("|"),
  CaretToken: bits("^"),
  LessThanLessThanToken: bits("<<"),
  GreaterThanGreaterThanToken: bits(">>"),
  GreaterThanGreaterThanGreaterThanToken: bits(">>>"),
  TypeOfExpression: of("typeof", "Field types are known: see the types of @flamenco/lf."),
  VoidExpression: of("void", "Return ABSTAIN where the function has no opinion."),
  NonNullExpression: of("! after a value", "Every field is there: remove it."),
  ElementAccessExpression: of("computed member access", "Read fields by name: flow.bytes, stats.bytes.p75."),
  NewExpression: of("new", "There are no objects: use numbers, booleans and categories."),
  ObjectLiteralExpression: of("object literal", "Name each value with its own const."),
  FunctionExpression: of(
    "function expression",
    "Write a module-level helper: const large = (flow: Flow) => …, or function large(flow) { … }.",
  ),
  RegularExpressionLiteral: of("regular expression", "Compare categories with ===, or includes on a constant array."),
  BigIntLiteral: of("bigint", "Write a plain number.", "FLM_LF_NUMBER"),
  NullKeyword: of("null", "Return ABSTAIN for no opinion; ask for a missing value with Number.isNaN(flow.x)."),
  SpreadElement: of("spread", "Write the elements one by one."),
  OmittedExpression: of("hole in an array", "Write every element."),
  TemplateExpression: template,
  NoSubstitutionTemplateLiteral: template,
  TaggedTemplateExpression: template,
  AwaitExpression: asynchronous,
  AsyncKeyword: asynchronous,
  AwaitKeyword: asynchronous,
  YieldExpression: generator,
  ClassDeclaration: classes,
  ClassExpression: classes,
  Decorator: classes,
  EnumDeclaration: of("enum", "Write one const for each value."),
  ModuleDeclaration: of("namespace", "Write helpers and consts at the top of the file."),
  MetaProperty: of("import.meta or new.target", "A vote may depend on one row and the statistics alone."),
  ImportKeyword: modules,
  ImportEqualsDeclaration: modules,
  NamespaceImport: modules,
  ImportAttributes: modules,
  ExportDeclaration: modules,
  ExportAssignment: of(
    "default export",
    "Name it: export function packetsP75Benign(flow, stats) { … }. The name is the LF's name.",
  ),
  DefaultKeyword: of(
    "default export",
    "Name it: export function packetsP75Benign(flow, stats) { … }. The name is the LF's name.",
  ),
  NamespaceExportDeclaration: modules,
  ObjectBindingPattern: destructuring,
  ArrayBindingPattern: destructuring,
  BindingElement: destructuring,
  DotDotDotToken: of("rest parameter or spread", "Name each parameter."),
  DeclareKeyword: of("declare", "Everything that a labeling function uses is in its file or in @flamenco/lf."),
  TypeParameter: of(
    "type parameter",
    "Helpers take numbers, booleans, categories, the row and the statistics: write their types.",
  ),
  TypeAssertionExpression: type("type assertion in angle brackets"),
  ExpressionWithTypeArguments: type("type arguments"),
  TypeReference: type("type arguments"),
  PrivateIdentifier: classes,
  JsxElement: template,
});

/** "NewExpression" is "new expression": the name of a construct for which there are no friendlier words. */
function plainName(name: SyntaxKindName): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** What to say of a node whose kind the permit table does not have. */
export function describeRefused(kind: ts.SyntaxKind): Required<RefusedConstruct> {
  const name = kindName(kind);
  const known = Object.hasOwn(refusedConstructs, name) ? refusedConstructs[name] : undefined;
  return {
    name: known?.name ?? plainName(name),
    instead: known?.instead ?? "Remove it; docs/language.md lists all that is permitted.",
    code: known?.code ?? "FLM_LF_CONSTRUCT",
  };
}
