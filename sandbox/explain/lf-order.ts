/** What ordering needs to know of one LF. */
export interface LfFields {
  readonly name: string;
  /** Row fields that it reads. */
  readonly fields: readonly string[];
}

/** Order of LFs in a chain tree. */
export interface LfOrder {
  /** LF indices, first to hang first. */
  readonly order: number[];
  /** Importance of each LF, in the given order of LFs; `null` when none of its fields has one. */
  readonly importance: (number | null)[];
}

/**
 * Order LFs by the importance of the features that they read (paper §3.3.4): an LF counts as its most important field. Ties
 * go by name; LFs of unknown importance come last.
 */
export function orderLfs(
  lfs: readonly LfFields[],
  features: readonly { readonly field: string; readonly importance: number }[],
): LfOrder {
  const importanceOf = new Map(features.map(({ field, importance }) => [field, importance]));
  const importance = lfs.map(({ fields }) => {
    const known = fields.flatMap((field) => importanceOf.get(field) ?? []);
    return known.length === 0 ? null : Math.max(...known);
  });
  const rank = (lf: number) => importance[lf] ?? Number.NEGATIVE_INFINITY;
  const order = [...lfs.keys()].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(b) - rank(a);
    return lfs[a]!.name < lfs[b]!.name ? -1 : 1;
  });
  return { order, importance };
}
