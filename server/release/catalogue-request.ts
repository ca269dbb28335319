import { FlamencoError } from "@flamenco/policies/errors";
import { type CataloguePlan, listCatalogueColumns, planCatalogue, publicRows } from "@flamenco/policies/release";
import { digestOf } from "@flamenco/policies/trust";
import { type CountingRequest, fieldOf, kindOf, type ReleaseRules } from "@flamenco/policies/wire";
import type { CheckedPackage, StudyDataset } from "../verification/index.js";

/** A column of the statistics catalogue. */
export interface CatalogueColumn {
  readonly column: string;
  /** Names its draw: the same for every study under the same rules, so that it is drawn and charged once. */
  readonly digest: string;
  readonly integers: boolean;
}

/** What a study needs of the statistics catalogue of its dataset version. Follows from public things alone. */
export interface CatalogueRequest {
  /** Columns with whose statistics its functions compare, by name. */
  readonly columns: readonly CatalogueColumn[];
  /** Bins and noise of each column; its price is that of the noise. */
  readonly plan: CataloguePlan;
}

/**
 * Plan the statistics catalogue that a study's functions compare with: a column is drawn when the first study needs it, with
 * the whole ε that the rules give to one. Kinds have a hundred columns of numbers: shared out among them, the noise of each
 * would hide a dataset of a million rows.
 * @returns null where no function compares with a statistic
 * @throws FLM_OUTPUT_UNPROTECTED for a dataset that is divided into segments: their statistics have too few rows for noise
 */
export function planStatistics(
  packages: readonly CheckedPackage[],
  { version, manifest }: StudyDataset,
  rules: ReleaseRules,
  unit: CountingRequest["unit"],
): CatalogueRequest | null {
  const comparing = packages.flatMap(({ opened: { reference }, lfs }) =>
    lfs.flatMap(({ name, certificate: { statistics } }) =>
      statistics.length === 0 ? [] : [{ at: `${reference.name}@${reference.version}#${name}`, statistics }],
    ),
  );
  const [first] = comparing;
  if (first === undefined) return null;
  if (manifest.segments !== undefined) {
    throw new FlamencoError(
      "FLM_OUTPUT_UNPROTECTED",
      `${first.at} compares with ${first.statistics.join(", ")}. The dataset is divided into segments with statistics of their own, which have no noisy form; those of the whole would mean something else. Nothing was charged.`,
      { details: comparing.map(({ at, statistics }) => ({ at, message: `compares with ${statistics.join(", ")}` })) },
    );
  }
  const { rowsPerUnit, epsilon } = rules;
  return {
    columns: listCatalogueColumns(comparing).map((column) => ({
      column,
      digest: digestOf({ catalogue: column, version, unit, rowsPerUnit, epsilon: epsilon.catalogue }),
      integers: fieldOf(kindOf(manifest.kind), column)?.type === "integer",
    })),
    plan: planCatalogue(publicRows(manifest.rows), rules),
  };
}
