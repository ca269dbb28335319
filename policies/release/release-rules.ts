import { FlamencoError, isFlamencoError } from "../errors/index.js";
import {
  type OutputName,
  outputNames,
  type PresetName,
  parseDocument,
  presetNames,
  ReleaseRules,
} from "../wire/index.js";
import { assertWholeWithin, assertWithin } from "./accepted-range.js";
import { releaseLimits } from "./limits.js";

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
 * Rules of a release that is asked for under a preset: the dataset's own where it is the dataset's, the preset's where it is
 * a stricter one.
 * @throws FLM_PRESET_REFUSED for a preset that is less strict than the dataset's
 */
export function rulesUnder(
  asked: PresetName,
  dataset: { readonly name: string; readonly preset: PresetName; readonly rules: ReleaseRules },
): ReleaseRules {
  // They are listed from the least to the most strict.
  if (presetNames.indexOf(asked) < presetNames.indexOf(dataset.preset)) {
    throw new FlamencoError(
      "FLM_PRESET_REFUSED",
      `The dataset ${dataset.name} is released under the preset ${dataset.preset} or a stricter one, not under ${asked}.`,
    );
  }
  return asked === dataset.preset ? dataset.rules : presetRules[asked];
}

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
