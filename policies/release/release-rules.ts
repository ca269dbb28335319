import { type Static, Type } from "@sinclair/typebox";
import { FlamencoError, isFlamencoError } from "../errors/index.js";
import { closed, OutputName, oneOf, outputNames, type PresetName, parseDocument } from "../wire/index.js";
import { assertWholeWithin, assertWithin } from "./accepted-range.js";
import { releaseLimits } from "./limits.js";

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
    rowsPerUnit: Type.Integer(releaseLimits.rowsPerUnit),
    /** c: votes of a row that enter pair counts, chosen by keyed hash. */
    votesPerRow: Type.Integer(releaseLimits.votesPerRow),
    epsilon: Type.Object(
      {
        /** Most that one release may cost, and what it costs where the researcher names nothing. */
        release: Type.Number(releaseLimits.epsilonPerRelease),
        /** All releases of one dataset version to one collaborator. */
        collaborator: Type.Number(releaseLimits.epsilonPerCollaborator),
        /** All releases of one dataset. */
        dataset: Type.Number(releaseLimits.epsilonPerDataset),
        /** Of the statistics catalogue of one dataset version: each column that functions compare with, once. */
        catalogue: Type.Number(releaseLimits.epsilonOfCatalogue),
      },
      closed,
    ),
    /** A count is shown only if its noisy value is at least this and four standard deviations. */
    minimumSupportRows: Type.Integer(releaseLimits.minimumSupportRows),
  },
  closed,
);
export type ReleaseRules = Static<typeof ReleaseRules>;

/** Outputs that follow from noisy counts alone. The others would need exact ones. */
export const protectedOutputs: readonly OutputName[] = Object.freeze(["analysis", "labelModel", "metrics", "tree"]);

const standard: ReleaseRules = {
  schema: "flamenco-release-rules/1",
  protection: "protected",
  outputs: [...protectedOutputs],
  privacyUnit: "host-day",
  rowsPerUnit: 4,
  votesPerRow: 4,
  epsilon: { release: 0.5, collaborator: 4, dataset: 8, catalogue: 0.1 },
  minimumSupportRows: 10,
};

/** Rules to start from. An operator may write others; see `parseReleaseRules`. */
export const presetRules: Readonly<Record<PresetName, ReleaseRules>> = Object.freeze({
  open: Object.freeze<ReleaseRules>({
    ...standard,
    protection: "exact",
    outputs: [...outputNames],
  }),
  standard: Object.freeze(standard),
  strict: Object.freeze<ReleaseRules>({
    ...standard,
    outputs: ["analysis", "labelModel", "metrics"],
    privacyUnit: "host",
    rowsPerUnit: 2,
    epsilon: { release: 0.25, collaborator: 1, dataset: 2, catalogue: 0.05 },
    minimumSupportRows: 50,
  }),
});

/**
 * Release rules from a parsed file. Numbers are held to their ranges before anything else is looked at.
 * @throws FLM_RELEASE_RANGE naming the accepted range; FLM_RELEASE_RULES for anything else that is wrong.
 */
export function parseReleaseRules(value: unknown): ReleaseRules {
  assertNumbers(value);
  let rules: ReleaseRules;
  try {
    rules = parseDocument(ReleaseRules, value, "release rules");
  } catch (error) {
    if (!isFlamencoError(error, "FLM_SCHEMA")) throw error;
    throw new FlamencoError("FLM_RELEASE_RULES", error.message, { details: error.details });
  }
  const { release, collaborator, dataset, catalogue } = rules.epsilon;
  if (release > collaborator || collaborator > dataset || catalogue > dataset) {
    throw new FlamencoError(
      "FLM_RELEASE_RULES",
      "epsilon: a release may not cost more than a collaborator has, nor a collaborator or the catalogue more than the dataset.",
    );
  }
  const exact = rules.outputs.find((name) => !protectedOutputs.includes(name));
  if (rules.protection === "protected" && exact !== undefined) {
    throw new FlamencoError(
      "FLM_RELEASE_RULES",
      `outputs: ${exact} has no protected form; these have one: ${protectedOutputs.join(", ")}.`,
    );
  }
  if ((rules.privacyUnit === "column") !== (rules.unitColumn !== undefined)) {
    throw new FlamencoError(
      "FLM_RELEASE_RULES",
      "unitColumn goes with the privacy unit `column`, and that unit with it.",
    );
  }
  if (rules.privacyUnit === "row" && rules.rowsPerUnit !== 1) {
    throw new FlamencoError("FLM_RELEASE_RULES", "The privacy unit `row` has one row: rowsPerUnit must be 1.");
  }
  return rules;
}

function assertNumbers(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const rules = value as Readonly<Record<string, unknown>>;
  const epsilon = (typeof rules.epsilon === "object" ? rules.epsilon : null) as Readonly<
    Record<string, unknown>
  > | null;
  assertWithin(epsilon?.release, "epsilon.release", releaseLimits.epsilonPerRelease);
  assertWithin(epsilon?.collaborator, "epsilon.collaborator", releaseLimits.epsilonPerCollaborator);
  assertWithin(epsilon?.dataset, "epsilon.dataset", releaseLimits.epsilonPerDataset);
  assertWithin(epsilon?.catalogue, "epsilon.catalogue", releaseLimits.epsilonOfCatalogue);
  assertWholeWithin(rules.rowsPerUnit, "rowsPerUnit", releaseLimits.rowsPerUnit);
  assertWholeWithin(rules.votesPerRow, "votesPerRow", releaseLimits.votesPerRow);
  assertWholeWithin(rules.minimumSupportRows, "minimumSupportRows", releaseLimits.minimumSupportRows);
}
