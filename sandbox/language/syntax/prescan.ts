import type { ErrorCode } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import ts from "../typescript.cjs";

export interface PrescanRefusal {
  readonly code: ErrorCode;
  readonly position: number;
  readonly message: string;
}

const { SyntaxKind } = ts;

const opening: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.OpenParenToken,
  SyntaxKind.OpenBraceToken,
  SyntaxKind.OpenBracketToken,
]);
const closing: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.CloseBracketToken,
]);
/** Tokens after which the parser descends once more without a bracket: 4 KB of them overflow its stack. */
const descending: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ExclamationToken,
  SyntaxKind.TildeToken,
  SyntaxKind.PlusToken,
  SyntaxKind.MinusToken,
  SyntaxKind.PlusPlusToken,
  SyntaxKind.MinusMinusToken,
  SyntaxKind.TypeOfKeyword,
  SyntaxKind.VoidKeyword,
  SyntaxKind.DeleteKeyword,
  SyntaxKind.AwaitKeyword,
  SyntaxKind.YieldKeyword,
  SyntaxKind.NewKeyword,
  SyntaxKind.KeyOfKeyword,
  SyntaxKind.LessThanToken,
  SyntaxKind.AtToken,
]);
/** Tokens that nest to the right within one statement: `a => b => c`, `a ? b : c ? d : e`, `a = b = c`, `a ** b ** c`. */
const rightNesting: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.EqualsGreaterThanToken,
  SyntaxKind.QuestionToken,
  SyntaxKind.EqualsToken,
  SyntaxKind.AsteriskAsteriskToken,
]);
const statementStarts: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.SemicolonToken,
  SyntaxKind.OpenBraceToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.ConstKeyword,
  SyntaxKind.FunctionKeyword,
  SyntaxKind.ReturnKeyword,
  SyntaxKind.IfKeyword,
  SyntaxKind.ExportKeyword,
  SyntaxKind.TypeKeyword,
  SyntaxKind.InterfaceKeyword,
]);
/** A ternary chain may have as many leaves as a vote. */
const rightNestingLimit = limits.leaves * 2;

/** Marks that reorder what a reader sees (CVE-2021-42574, "Trojan Source"), controls and lone surrogates. */
const deceptive = /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]|[\p{Cs}]|(?![\t\n\r])[\p{Cc}]|(?<!^)\uFEFF/u;

/**
 * Refuse text that would be costly or dangerous to parse, before any parser sees it: bytes, deceptive characters, tokens,
 * nesting, escapes in identifiers, template strings (whose inside this scanner would misread).
 */
export function prescan(text: string): PrescanRefusal | undefined {
  if (Buffer.byteLength(text) > limits.fileBytes) {
    return limit(0, `The file has ${Buffer.byteLength(text)} bytes; the limit is ${limits.fileBytes}.`);
  }
  const mark = deceptive.exec(text);
  if (mark !== null) {
    const code = (mark[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return construct(
      mark.index,
      `The invisible character U+${code} is not permitted: what a reviewer sees must be what is run.`,
    );
  }
  return scanTokens(text);
}

function scanTokens(text: string): PrescanRefusal | undefined {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, text);
  let [tokens, brackets, run, nested] = [0, 0, 0, 0];
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const position = scanner.getTokenStart();
    tokens += 1;
    if (tokens > limits.fileTokens) return limit(position, `The file has more than ${limits.fileTokens} tokens.`);
    if (token === SyntaxKind.TemplateHead || token === SyntaxKind.NoSubstitutionTemplateLiteral) {
      return construct(position, 'The language has no template strings. Write a plain string: "attack".');
    }
    if (scanner.hasUnicodeEscape() || scanner.hasExtendedUnicodeEscape()) {
      return construct(position, "Escapes in names and strings are not permitted: write the characters themselves.");
    }
    if (opening.has(token)) brackets += 1;
    // Never below zero: a stray closing bracket inside a regular expression must not buy more depth.
    else if (closing.has(token)) brackets = Math.max(0, brackets - 1);
    run = descending.has(token) ? run + 1 : opening.has(token) ? run : 0;
    if (statementStarts.has(token)) nested = 0;
    else if (rightNesting.has(token)) nested += 1;
    if (brackets + run > limits.nestingDepth) {
      return limit(
        position,
        `Brackets and prefix operators nest deeper than ${limits.nestingDepth}. Name parts with const.`,
      );
    }
    if (nested > rightNestingLimit) {
      return limit(
        position,
        `One statement nests more than ${rightNestingLimit} ternaries or arrows. Write ifs, or helpers.`,
      );
    }
  }
  return undefined;
}

function limit(position: number, message: string): PrescanRefusal {
  return { code: "FLM_LF_LIMIT", position, message };
}

function construct(position: number, message: string): PrescanRefusal {
  return { code: "FLM_LF_CONSTRUCT", position, message };
}
