/** Text of a Cedar file, for finding lines: Cedar counts in UTF-8 bytes. */
export class SourceText {
  readonly text: string;
  /** Byte at which each line begins. */
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const bytes = new TextEncoder().encode(text);
    const starts = [0];
    for (let index = bytes.indexOf(10); index >= 0; index = bytes.indexOf(10, index + 1)) starts.push(index + 1);
    this.#lineStarts = starts;
  }

  /** 1-based line of a byte. */
  lineAt(byte: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] as number) <= byte) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/**
 * Where each of some parts of a text begins, in order: `position` in characters, `byte` in UTF-8 bytes. Of parts that are
 * alike, each gets a place of its own.
 */
export function locateParts(text: string, parts: readonly string[]): { part: string; byte: number }[] {
  const searched = new Map<string, number>();
  const placed = parts.map((part) => {
    const position = text.indexOf(part, searched.get(part) ?? 0);
    searched.set(part, position + 1);
    return { part, position };
  });
  placed.sort((one, other) => one.position - other.position);
  let [position, byte] = [0, 0];
  const encoder = new TextEncoder();
  return placed.map((one) => {
    byte += encoder.encode(text.slice(position, one.position)).length;
    position = one.position;
    return { part: one.part, byte };
  });
}

/** About how deep brackets stand inside one another: those in strings and comments count too. */
export function bracketDepth(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of text.matchAll(/[()[\]{}]/g)) {
    depth = "([{".includes(bracket) ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
