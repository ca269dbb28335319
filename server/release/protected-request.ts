import { FlamencoError } from "@flamenco/policies/errors";
import {
  describeRelease,
  microRhoFor,
  planRelease,
  protectedOutputs,
  type ReleasePlan,
} from "@flamenco/policies/release";
import { digestOf } from "@flamenco/policies/trust";
import type { CountingRequest, PrivacyBound, Study } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";
import type { CheckedPackage, StudyDataset } from "../verification/index.js";
import { rulesOf } from "./dataset-rules.js";
import type { BudgetCeilings } from "./ledger.js";
import { unitOf } from "./privacy-unit.js";

/** A study's question to a dataset under a protecting preset, with its price. Follows from public things alone. */
export interface ProtectedRequest {
  /** Names the question: what is asked of which dataset version, under which rules; not by whom, when, or with which seed. */
  readonly digest: string;
  readonly plan: ReleasePlan;
  readonly unit: CountingRequest["unit"];
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
  { name, version, manifest }: StudyDataset,
  packages: readonly CheckedPackage[],
  config: ReleaseConfig | undefined,
): ProtectedRequest | null {
  const rules = rulesOf(config, name, study.release.preset);
  if (rules.protection === "exact") return null;
  assertProtectable(study, packages);
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
    },
    ceilings: {
      collaboratorMicroRho: microRhoFor(rules.epsilon.collaborator, delta),
      datasetMicroRho: microRhoFor(rules.epsilon.dataset, delta),
    },
  };
}

/** What would have to come from exact counts is refused, not left out. */
function assertProtectable(study: Study, packages: readonly CheckedPackage[]): void {
  const output = study.outputs.find((name) => !protectedOutputs.includes(name));
  if (output !== undefined) throw unprotected(`The output ${output} cannot be computed from noisy counts`);
  if (study.endClassifier !== undefined) throw unprotected("An end classifier learns from rows");
  if (study.priors !== undefined)
    throw unprotected("Priors of labeling functions do not enter a model of noisy counts");
  const comparing = packages.flatMap(({ opened: { reference }, lfs }) =>
    lfs
      .filter(({ certificate }) => certificate.statistics.length > 0)
      .map((lf) => ({
        at: `${reference.name}@${reference.version}#${lf.name}`,
        message: `compares with ${lf.certificate.statistics.join(", ")}`,
      })),
  );
  const [first] = comparing;
  if (first !== undefined) {
    throw new FlamencoError(
      "FLM_OUTPUT_UNPROTECTED",
      `${first.at} ${first.message}: a statistic of the dataset is an exact value, which a threshold would reveal.`,
      { details: comparing },
    );
  }
}

const unprotected = (why: string): FlamencoError =>
  new FlamencoError("FLM_OUTPUT_UNPROTECTED", `${why}. Nothing was charged.`);
