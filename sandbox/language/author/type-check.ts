import type { Kind } from "@flamenco/policies/wire";
import { limits } from "../limits.js";
import { SourceLines, showGuestText } from "../syntax/index.js";
import ts from "../typescript.cjs";
import { authorTypes } from "./types.js";

/** A problem that the type checker found; a help for the author, never a condition of acceptance. */
export interface TypeProblem {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly excerpt: string;
}

const root = "/author/";
const typesFile = `${root}flamenco-lf.d.ts`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts"],
  types: [],
  strict: true,
  noEmit: true,
  noResolve: true,
  noImplicitReturns: true,
};

/**
 * Check an author's sources with TypeScript's checker against `authorTypes`: wrong fields, labels, argument types, as an
 * editor would show them. Only for the author's own machine, in `lf check`: it evaluates types, which verifiers never do.
 * Files are in memory; of the disk only TypeScript's own library is read. At most `limits.typeProblems` problems.
 */
export function checkAuthorTypes(
  files: readonly { readonly path: string; readonly text: string }[],
  kind: Kind,
  labels: readonly string[],
): TypeProblem[] {
  const sources = new Map(
    files.filter(({ path }) => path.endsWith(".ts")).map(({ path, text }) => [root + path, text]),
  );
  const texts = new Map([...sources, [typesFile, authorTypes(kind, labels)]]);
  const program = ts.createProgram([...texts.keys()], options, memoryHost(texts));
  const problems: TypeProblem[] = [];
  for (const [path, text] of sources) {
    const source = program.getSourceFile(path);
    const lines = new SourceLines(text);
    for (const { start, messageText } of ts.getPreEmitDiagnostics(program, source)) {
      if (problems.length >= limits.typeProblems) return problems;
      const position = start ?? 0;
      problems.push({
        path: path.slice(root.length),
        ...lines.placeOf(position),
        message: showMessage(ts.flattenDiagnosticMessageText(messageText, "\n")),
        excerpt: lines.excerptAt(position),
      });
    }
  }
  return problems;
}

/** The checker prints names and literal types of the source as they are, whatever characters escapes in them stand for. */
function showMessage(text: string): string {
  const lines = text.split("\n").slice(0, limits.typeMessageLines);
  return lines.map((line) => showGuestText(line, limits.typeMessageLength)).join("\n");
}

/** TypeScript's library declarations, beside the compiler; its own paths have forward slashes everywhere. */
const libraryFolder = ts.getDefaultLibFilePath(options).replace(/[^/]*$/, "");

function memoryHost(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const read = (name: string): string | undefined =>
    texts.get(name) ?? (name.replace(/[^/]*$/, "") === libraryFolder ? ts.sys.readFile(name) : undefined);
  return {
    fileExists: (name) => texts.has(name),
    readFile: read,
    getSourceFile: (name, version) => {
      const text = read(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, version);
    },
    getDefaultLibFileName: () => `${libraryFolder}lib.es2022.d.ts`,
    getDefaultLibLocation: () => libraryFolder,
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
}
