import { limits } from "../limits.js";

/** Controls, bidirectional marks, zero-width and lone surrogates: what could rewrite a terminal or fool a reader. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text with parts of a guest's in it as it may be shown: one line, no control or format characters, cut at `maximum` units. */
export function showGuestText(text: string, maximum: number): string {
  const shown = text.length > maximum ? `${text.slice(0, maximum - 3)}...` : text;
  return shown.replace(unprintable, "\uFFFD");
}

/** Guest text, quoted, that is safe to show in a message. */
export function quoteGuestText(text: string): string {
  return `"${showGuestText(text, 60)}"`;
}

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Positions of one source text as lines, columns and excerpts. */
export class SourceLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) this.#starts.push(match.index + match[0].length);
  }

  placeOf(position: number): Place {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: position - (this.#starts[low] ?? 0) + 1 };
  }

  /** The source line that holds `position` and a caret under the place; long lines are cut around it. */
  excerptAt(position: number): string {
    const { line, column } = this.placeOf(position);
    const start = this.#starts[line - 1] ?? 0;
    const end = this.#starts[line] ?? this.#text.length;
    const whole = this.#text
      .slice(start, end)
      .replace(/[\r\n\u2028\u2029]+$/, "")
      .replaceAll("\t", " ");
    const from = column - 1 > limits.excerptLength - 20 ? column - 1 - Math.floor(limits.excerptLength / 2) : 0;
    const cut = whole.slice(from, from + limits.excerptLength).replace(unprintable, "\uFFFD");
    const label = `${line} | `;
    const lead = from > 0 ? "..." : "";
    const tail = whole.length > from + limits.excerptLength ? "..." : "";
    return `${label}${lead}${cut}${tail}\n${" ".repeat(label.length + lead.length + column - 1 - from)}^`;
  }
}
