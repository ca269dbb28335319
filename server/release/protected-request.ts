import { FlamencoError } from "@flamenco/policies/errors";
import {
  describeRelease,
  MICRO,
  microRhoFor,
  planRelease,
  protectedOutputs,
  type ReleasePlan,
} from "@flamenco/policies/release";
import { digestOf } from "@flamenco/policies/trust";
import type { CountingRequest, PrivacyBound, Study } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";
import type { CheckedPackage, StudyDataset } from "../verification/index.js";
import { type CatalogueRequest, planStatistics } from "./catalogue-request.js";
import { rulesOf } from "./dataset-rules.js";
import type { BudgetCeilings } from "./ledger.js";
import { unitOf } from "./privacy-unit.js";

/** A study's question to a dataset under a protecting preset, with its price. Follows from public things alone. */
export interface ProtectedRequest {
  /** Names the question: what is asked of which dataset version, under which rules; not by whom, when, or with which seed. */
  readonly digest: string;
  readonly plan: ReleasePlan;
  readonly unit: CountingRequest["unit"];
  /** What its functions compare with; null where they compare with no statistic. */
  readonly catalogue: CatalogueRequest | null;
  readonly bound: PrivacyBound;
  readonly ceilings: BudgetCeilings;
}

/**
 * Plan the protected release of a study.
 * @returns null where the dataset's rules release it exact
 * @throws FLM_PRESET_REFUSED, FLM_OUTPUT_UNPROTECTED, FLM_RELEASE_RANGE, FLM_RELEASE_OUTPUT, FLM_RELEASE_RULES,
 * FLM_RELEASE_SWAMPED, FLM_TOO_LARGE: nothing is charged then
 */
export function planProtected(
  study: Study,
  dataset: StudyDataset,
  packages: readonly CheckedPackage[],
  config: ReleaseConfig | undefined,
): ProtectedRequest | null {
  const { name, version, manifest } = dataset;
  const rules = rulesOf(config, name, study.release.preset);
  if (rules.protection === "exact") return null;
  assertProtectable(study);
  if ((manifest.preparation?.syntheticRows ?? 0) > 0) {
    throw unprotected("The dataset holds made-up rows, each of which copies rows of others");
  }
  const { task, outputs, labelModel, classBalance } = study;
  const { epsilon } = study.release;
  const plan = planRelease(
    describeRelease({
      // An empty dataset is told as one of a row.
      rows: Math.max(1, manifest.rows),
      hasTruth: manifest.truth !== null,
      lfs: packages.reduce((sum, { lfs }) => sum + lfs.length, 0),
      labels: task.labels.length,
      outputs,
      epsilon,
    }),
    rules,
  );
  const { name: unitName, unit } = unitOf(rules, manifest);
  const catalogue = planStatistics(packages, dataset, rules, unit);
  const asked = {
    version,
    task,
    packages: study.packages.map(({ id }) => id),
    outputs: [...outputs].sort(),
    labelModel,
    classBalance: classBalance ?? null,
    rules,
    epsilon: plan.epsilon,
  };
  const { delta, microRho, epsilonSpent, rowsPerUnit, votesPerRow, minimumSupportRows, parts } = plan;
  return {
    digest: digestOf(asked),
    plan,
    unit,
    catalogue,
    bound: {
      epsilon: epsilonSpent,
      delta,
      microRho,
      unit: unitName,
      rowsPerUnit,
      votesPerRow,
      minimumSupportRows,
      noise: {
        rows: parts.rows.sigma,
        votes: parts.votes.sigma,
        confusion: parts.confusion?.sigma ?? null,
        leaves: parts.leaves?.sigma ?? null,
      },
      ...(catalogue === null ? {} : { catalogue: boundOf(catalogue) }),
    },
    ceilings: {
      collaboratorMicroRho: microRhoFor(rules.epsilon.collaborator, delta),
      datasetMicroRho: microRhoFor(rules.epsilon.dataset, delta),
    },
  };
}

/** What is to be paid, if it was not: the release first, then each column of the catalogue that it needs. */
export function pricesOf({ digest, plan, catalogue }: ProtectedRequest): { request: string; microRho: number }[] {
  const columns = catalogue?.columns ?? [];
  const microRho = catalogue?.plan.noise.microRho ?? 0;
  return [
    { request: digest, microRho: plan.microRho },
    ...columns.map((column) => ({ request: column.digest, microRho })),
  ];
}

/** What the result says of the catalogue. */
function boundOf({ columns, plan: { noise } }: CatalogueRequest): NonNullable<PrivacyBound["catalogue"]> {
  const { microEpsilon, microRho, sigma } = noise;
  return { columns: columns.map(({ column }) => column), epsilon: microEpsilon / MICRO, microRho, noise: sigma };
}

/** What would have to come from exact counts is refused, not left out. */
function assertProtectable(study: Study): void {
  const output = study.outputs.find((name) => !protectedOutputs.includes(name));
  if (output !== undefined) throw unprotected(`The output ${output} cannot be computed from noisy counts`);
  if (study.endClassifier !== undefined) throw unprotected("An end classifier learns from rows");
  if (study.priors !== undefined)
    throw unprotected("Priors of labeling functions do not enter a model of noisy counts");
}

const unprotected = (why: string): FlamencoError =>
  new FlamencoError("FLM_OUTPUT_UNPROTECTED", `${why}. Nothing was charged.`);
