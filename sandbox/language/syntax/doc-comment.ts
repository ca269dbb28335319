import { limits } from "../limits.js";
import ts from "../typescript.cjs";

/**
 * Text of the doc comment right before a statement: stars and tags removed, white space collapsed, cut at
 * `limits.descriptionLength`. Read as text; TypeScript's JSDoc parser never runs on guest text.
 */
export function docCommentOf(statement: ts.Node, source: ts.SourceFile): string {
  const ranges = ts.getLeadingCommentRanges(source.text, statement.pos) ?? [];
  const last = ranges.filter(({ kind }) => kind === ts.SyntaxKind.MultiLineCommentTrivia).at(-1);
  const comment = last === undefined ? "" : source.text.slice(last.pos, last.end);
  if (!comment.startsWith("/**") || comment.length < 5) return "";
  const lines = comment
    .slice(3, -2)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/^\s*\*?\s?/, "").trim());
  const tags = lines.findIndex((line) => line.startsWith("@"));
  const text = lines.slice(0, tags === -1 ? undefined : tags).join(" ");
  return text.replace(/\s+/g, " ").trim().slice(0, limits.descriptionLength);
}
