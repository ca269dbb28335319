import { limits } from "../limits.js";

/** Controls (ANSI escapes begin with one), invisible and direction-changing characters, lone surrogates, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const REPLACEMENT = "\ufffd";

/**
 * Text of unknown origin as one harmless line: nothing in it can move the cursor, change colors, set the window's title,
 * reverse the reading direction or fill the screen.
 */
export function toLine(text: string, maxCharacters: number = limits.cellCharacters): string {
  return shorten(
    text
      .slice(0, maxCharacters + 1)
      .replace(/[\r\n\t]+/g, " ")
      .replace(UNPRINTABLE, REPLACEMENT),
    maxCharacters,
  );
}

/** As `toLine`, but line breaks stay: messages that quote a source with a caret below need them. */
export function toBlock(text: string, maxCharacters: number = limits.messageCharacters): string {
  const lines = text
    .slice(0, maxCharacters + 1)
    .replace(/\r\n?/g, "\n")
    .replace(/\t/g, "  ")
    .split("\n");
  return shorten(lines.map((line) => line.replace(UNPRINTABLE, REPLACEMENT)).join("\n"), maxCharacters);
}

function shorten(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}
