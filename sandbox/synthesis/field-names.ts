/** UTF-16 units of a field's name, below the ceiling of identifiers so that a number still fits behind it. */
const NAME_CHARACTERS = 48;
const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * A field for every column of a table, in order. Headings that are identifiers stay; of others what is a letter or digit
 * stays, the rest becomes `_`; names of `Object.prototype` and names already taken get a number. So no heading, whatever it
 * holds, reaches a source text.
 * @param others names that no field may have: headings of the label and the split.
 */
export function nameFields(headings: readonly string[], others: readonly string[] = []): string[] {
  const taken = new Set([...headings.filter(isPlain), ...others]);
  return headings.map((heading) => {
    if (isPlain(heading)) return heading;
    const stem = heading
      .slice(0, 4 * NAME_CHARACTERS)
      .replace(/[^A-Za-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, NAME_CHARACTERS);
    const safe = /^[A-Za-z]/.test(stem) ? stem : `column_${stem}`.replace(/_$/, "");
    for (let number = 1; ; number++) {
      const name = number === 1 && !reserved(safe) ? safe : `${safe}_${number}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  });
}

/** Whether a heading is itself a harmless field name. */
function isPlain(heading: string): boolean {
  return identifier.test(heading) && !reserved(heading);
}

function reserved(name: string): boolean {
  return name in Object.prototype || name.startsWith("__");
}
