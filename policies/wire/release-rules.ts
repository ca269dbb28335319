import { type Static, Type } from "@sinclair/typebox";
import { closed, oneOf } from "./primitives.js";
import { OutputName } from "./study.js";

/** Accepted ranges of the numbers of release rules, with their units in their names. */
export const ruleRanges = Object.freeze({
  /** Epsilon of one release, of all of one collaborator on one dataset version, of all on one dataset. */
  epsilonPerRelease: Object.freeze({ minimum: 0.05, maximum: 8 }),
  epsilonPerCollaborator: Object.freeze({ minimum: 0.05, maximum: 32 }),
  epsilonPerDataset: Object.freeze({ minimum: 0.05, maximum: 64 }),
  /** Epsilon of each column of the statistics catalogue of one dataset version. */
  epsilonOfCatalogue: Object.freeze({ minimum: 0.01, maximum: 2 }),
  /** K, rows of one privacy unit. */
  rowsPerUnit: Object.freeze({ minimum: 1, maximum: 1000 }),
  /** c, votes of one row that enter pair counts. */
  votesPerRow: Object.freeze({ minimum: 2, maximum: 64 }),
  minimumSupportRows: Object.freeze({ minimum: 1, maximum: 100_000 }),
});

/**
 * What a release protects as one: `row` a single row; `host-day` all rows of a source address on a day (UTC); `host` all rows
 * of a source address; `column` all rows that have the same value in the column that the rules name.
 */
export const privacyUnits = ["row", "host-day", "host", "column"] as const;
export const PrivacyUnit = oneOf(privacyUnits);
export type PrivacyUnit = (typeof privacyUnits)[number];

/** What may leave, and how much of it: the operator's second policy question. */
export const ReleaseRules = Type.Object(
  {
    schema: Type.Literal("flamenco-release-rules/1"),
    /** `exact`: no noise, no budget; for public and synthetic data alone. */
    protection: Type.Union([Type.Literal("exact"), Type.Literal("protected")]),
    outputs: Type.Array(OutputName, { minItems: 1, maxItems: 32, uniqueItems: true }),
    privacyUnit: PrivacyUnit,
    /** The column of the unit `column`. */
    unitColumn: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** K: rows of a unit that are counted, chosen by keyed hash. */
    rowsPerUnit: Type.Integer(ruleRanges.rowsPerUnit),
    /** c: votes of a row that enter pair counts, chosen by keyed hash. */
    votesPerRow: Type.Integer(ruleRanges.votesPerRow),
    epsilon: Type.Object(
      {
        /** Most that one release may cost, and what it costs where the researcher names nothing. */
        release: Type.Number(ruleRanges.epsilonPerRelease),
        /** All releases of one dataset version to one collaborator. */
        collaborator: Type.Number(ruleRanges.epsilonPerCollaborator),
        /** All releases of one dataset. */
        dataset: Type.Number(ruleRanges.epsilonPerDataset),
        /** Of the statistics catalogue of one dataset version: each column that functions compare with, once. */
        catalogue: Type.Number(ruleRanges.epsilonOfCatalogue),
      },
      closed,
    ),
    /** A count is shown only if its noisy value is at least this and four standard deviations. */
    minimumSupportRows: Type.Integer(ruleRanges.minimumSupportRows),
  },
  closed,
);
export type ReleaseRules = Static<typeof ReleaseRules>;
