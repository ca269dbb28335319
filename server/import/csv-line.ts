const QUOTE = '"';

/**
 * Cells of one line of delimited text (RFC 4180, section 2, without line ends inside quotes), or null when its
 * quotes are broken: opened and not closed, or inside a cell that does not begin with one.
 */
export function splitCsvLine(line: string, delimiter = ","): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === QUOTE) {
      let cell = "";
      for (;;) {
        const end = line.indexOf(QUOTE, at + 1);
        if (end === -1) return null;
        cell += line.slice(at + 1, end);
        at = end + 1;
        if (line[at] !== QUOTE) break;
        cell += QUOTE;
      }
      cells.push(cell);
      if (at === line.length) return cells;
      if (line[at] !== delimiter) return null;
      at += 1;
    } else {
      const next = line.indexOf(delimiter, at);
      const cell = next === -1 ? line.slice(at) : line.slice(at, next);
      if (cell.includes(QUOTE)) return null;
      cells.push(cell);
      if (next === -1) return cells;
      at = next + 1;
    }
  }
}
