import type { Dialect } from "./dialect.js";

/** Header names under which a dialect knows a field. */
export function headersOf(dialect: Dialect, field: string): readonly string[] {
  return [...dialect.numeric, ...dialect.text, dialect.time].find((column) => column.field === field)?.headers ?? [];
}

/** Every header name that a dialect knows, whether a field is made of it or not. */
export function knownHeaders(dialect: Dialect): ReadonlySet<string> {
  return new Set([
    ...[...dialect.numeric, ...dialect.text, dialect.time].flatMap(({ headers }) => headers),
    ...dialect.label,
    ...dialect.identity,
    ...Object.keys(dialect.unused),
  ]);
}

/** Required fields that no column of a header is. */
export function lackingFields(dialect: Dialect, names: readonly string[]): readonly string[] {
  return dialect.required.filter((field) => !headersOf(dialect, field).some((name) => names.includes(name)));
}

function mostColumnsKnown(dialect: Dialect, names: readonly string[]): boolean {
  const known = knownHeaders(dialect);
  return names.filter((name) => known.has(name)).length > names.length / 2;
}

function isTold({ told }: Dialect, names: readonly string[]): boolean {
  if (told === undefined) return false;
  return told.anyOf.some((name) => names.includes(name)) && !told.noneOf.some((name) => names.includes(name));
}

/** True for a header that has all that a dialect requires. At most one dialect fits a header of any tool that is known. */
export function fits(dialect: Dialect, names: readonly string[]): boolean {
  if (dialect.required.length === 0) return isTold(dialect, names) && mostColumnsKnown(dialect, names);
  return lackingFields(dialect, names).length === 0;
}

/**
 * The dialect of a header: the one that fits; else, so that what is missing can be named, one that has more than half of its
 * required fields there; else, where an operator named the dialect, the one whose kind the header tells.
 * @param namesOf normalized cells of the header, as a dialect's delimiter divides them.
 * @param candidates dialects of one name, or all that may be detected.
 */
export function fittingDialect(
  namesOf: (dialect: Dialect) => readonly string[],
  candidates: readonly Dialect[],
): Dialect | undefined {
  const isNamed = new Set(candidates.map(({ name }) => name)).size === 1;
  return (
    candidates.find((dialect) => fits(dialect, namesOf(dialect))) ??
    candidates.find((dialect) => lackingFields(dialect, namesOf(dialect)).length < dialect.required.length / 2) ??
    (isNamed ? candidates.find((dialect) => isTold(dialect, namesOf(dialect))) : undefined)
  );
}
