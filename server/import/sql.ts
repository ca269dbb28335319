/** A text literal. The text may come from an operator or a path: quotes are doubled, and DuckDB knows no backslash escapes. */
export function sqlText(text: string): string {
  if (text.includes("\0")) throw new RangeError("A text literal cannot hold a NUL character.");
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column name, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
