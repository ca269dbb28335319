/** A row by field name. `null`, NaN and an absent name are all a missing value. */
export type LfRow = Readonly<Record<string, number | string | boolean | null>>;
