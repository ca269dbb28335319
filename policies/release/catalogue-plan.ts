import type { Certificate, ReleaseRules } from "../wire/index.js";
import { assertWholeWithin } from "./accepted-range.js";
import { type GeometricPart, planHistograms } from "./histogram-noise.js";
import { releaseLimits } from "./limits.js";
import { ValueBins } from "./value-bins.js";
import { MICRO, microRhoOfPure } from "./zcdp.js";

const perDecadeRange = { minimum: 8, maximum: 64 };
/** Noise of all bins below a value may move its rank by this share of the rows; a column is taken to span three decades. */
const RANK_ERROR = 0.005;
const SPANNED_DECADES = 3;

/** A column of the statistics catalogue of a dataset version before any row is read. */
export interface CataloguePlan {
  readonly bins: ValueBins;
  readonly noise: GeometricPart;
}

/** Columns with whose statistics labeling functions compare, by name: their certificates list `column.statistic`. */
export function listCatalogueColumns(certificates: readonly Pick<Certificate, "statistics">[]): string[] {
  const columns = certificates.flatMap(({ statistics }) => statistics.map((name) => name.split(".")[0] ?? ""));
  return [...new Set(columns)].sort();
}

/**
 * Plan a column of the catalogue, with the rules' ε for one, a pure one. Charged once a dataset version; what it says may be
 * shown, and is what every LF reads. The more noise, the wider the bins.
 * Sensitivity: a row is in one bin, so K rows of a unit at worst in the same: Δ₁ = K.
 * @param rows n of the dataset version
 * @throws FLM_RELEASE_RANGE
 */
export function planCatalogue(rows: number, rules: ReleaseRules): CataloguePlan {
  assertWholeWithin(rows, "rows", releaseLimits.rows);
  const microEpsilon = Math.floor(rules.epsilon.catalogue * MICRO);
  const noise = planHistograms(microRhoOfPure(microEpsilon), 1, microEpsilon, rules.rowsPerUnit);
  const bearable = ((RANK_ERROR * rows) / noise.sigma) ** 2 / SPANNED_DECADES;
  const perDecade = 2 ** Math.floor(Math.log2(Math.max(1, bearable)));
  return {
    bins: new ValueBins(Math.min(perDecadeRange.maximum, Math.max(perDecadeRange.minimum, perDecade))),
    noise,
  };
}
