import type { ErrorCode } from "@flamenco/policies/errors";
import { limits } from "../limits.js";
import ts from "../typescript.cjs";
import { showGuestText } from "./excerpt.js";
import { prescan } from "./prescan.js";
import type { RefusalLog } from "./refusal-log.js";

/** Where TypeScript's parser leaves its complaints; not in its public types. */
interface WithParseDiagnostics {
  readonly parseDiagnostics?: readonly ts.DiagnosticWithLocation[];
}

/**
 * Guest text to a syntax tree, limits first. Only TypeScript's scanner and parser run on it: no binder, no checker, no
 * JSDoc parser. A stack overflow of the parser is a refusal.
 */
export function parseSource(text: string, log: RefusalLog): ts.SourceFile | undefined {
  const refused = prescan(text);
  if (refused !== undefined) {
    log.refuse(refused.code, refused.position, refused.message);
    return undefined;
  }
  const refuse = (code: ErrorCode, position: number, message: string): undefined => {
    log.refuse(code, position, message);
    return undefined;
  };
  let source: ts.SourceFile;
  try {
    source = ts.createSourceFile(
      "lf.ts",
      text,
      { languageVersion: ts.ScriptTarget.ES2022, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
      false,
      ts.ScriptKind.TS,
    );
  } catch (error) {
    if (error instanceof RangeError) return refuse("FLM_LF_LIMIT", 0, "The file nests too deeply to be read.");
    return refuse("FLM_LF_SYNTAX", 0, "The file cannot be read as TypeScript.");
  }
  const diagnostics = (source as WithParseDiagnostics).parseDiagnostics;
  if (diagnostics === undefined) return refuse("FLM_LF_SYNTAX", 0, "This TypeScript does not report syntax errors.");
  for (const { start, messageText } of diagnostics) {
    // Some of TypeScript's messages quote names of the source, whatever characters escapes in them stand for.
    log.refuse(
      "FLM_LF_SYNTAX",
      start,
      showGuestText(ts.flattenDiagnosticMessageText(messageText, " "), limits.excerptLength),
    );
  }
  return diagnostics.length === 0 ? source : undefined;
}
