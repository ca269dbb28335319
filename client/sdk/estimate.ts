import {
  describeRelease,
  estimateRelease,
  findRemedies,
  listCatalogueColumns,
  listSwamped,
  microRhoFor,
  planCatalogue,
  presetRules,
  type ReleasePlan,
  type ReleaseRules,
  type Remedies,
} from "@flamenco/policies/release";
import type { OpenedPackage } from "@flamenco/policies/trust";
import { defaultOutputNames, type OutputName, type PresetName } from "@flamenco/policies/wire";

export interface EstimateRequest {
  /** Of one task, as `findPackages` gives them. */
  readonly packages: readonly Pick<OpenedPackage, "manifest" | "certificates">[];
  /** Rows of the dataset, as its operator tells them. */
  readonly rows: number;
  /** Default: as `defaultOutputsOf` the preset. */
  readonly outputs?: readonly OutputName[];
  /** `standard` or `strict`. */
  readonly preset: PresetName;
  /** Default: what the preset gives to one release. */
  readonly epsilon?: number | undefined;
}

/** What a budget of the preset is, and how much of it the release would cost. */
export interface BudgetShare {
  readonly epsilon: number;
  readonly microRho: number;
  /** Price over the whole budget; above 1, the budget does not pay for it. */
  readonly share: number;
  /** Releases at this price that the budget pays for while nothing else is charged to it. */
  readonly releases: number;
}

/** A protected release before it is asked for: price, noise and error, from public numbers. Nodes do not tell balances. */
export interface ReleaseEstimate {
  readonly preset: PresetName;
  readonly rules: Pick<ReleaseRules, "privacyUnit" | "rowsPerUnit">;
  /** Most that the preset gives to one release. */
  readonly epsilonAtMost: number;
  readonly plan: ReleasePlan;
  /** Columns with whose statistics the labeling functions compare, and what each costs where it was not drawn before. */
  readonly catalogue: { readonly columns: readonly string[]; readonly epsilon: number; readonly microRho: number };
  readonly budgets: { readonly collaborator: BudgetShare; readonly dataset: BudgetShare };
  /** Errors that noise makes too large: a node refuses the release unless this is empty. */
  readonly swamped: readonly (keyof ReleasePlan["expected"])[];
  /** What would do; null where nothing is swamped. */
  readonly remedies: Remedies | null;
}

/** Outputs that a study asks for when its author names none: those that the rules of its preset release. */
export function defaultOutputsOf(preset: PresetName): OutputName[] {
  return defaultOutputNames.filter((name) => presetRules[preset].outputs.includes(name));
}

/**
 * Plan a protected release as a node under the preset's own rules would, for a dataset that has ground truth.
 * @throws FLM_RELEASE_RANGE, FLM_RELEASE_OUTPUT, FLM_TOO_LARGE
 * @example
 * const packages = await findPackages(registry, ["uma/ntp@1.0.0"]);
 * const { plan, swamped } = estimateStudy({ packages, rows: 100_000, preset: "standard" });
 */
export function estimateStudy({ packages, rows, outputs, preset, epsilon }: EstimateRequest): ReleaseEstimate {
  const rules = presetRules[preset];
  const request = describeRelease({
    rows,
    hasTruth: true,
    lfs: packages.reduce((sum, { manifest }) => sum + manifest.lfs.length, 0),
    labels: packages[0]?.manifest.task.labels.length ?? 0,
    outputs: outputs ?? defaultOutputsOf(preset),
    epsilon,
  });
  const plan = estimateRelease(request, rules);
  const swamped = listSwamped(plan);
  const budgetOf = (whole: number): BudgetShare => {
    const microRho = microRhoFor(whole, plan.delta);
    const releases = Math.floor(microRho / plan.microRho);
    return { epsilon: whole, microRho, share: plan.microRho / microRho, releases };
  };
  return {
    preset,
    rules: { privacyUnit: rules.privacyUnit, rowsPerUnit: rules.rowsPerUnit },
    epsilonAtMost: rules.epsilon.release,
    plan,
    catalogue: {
      columns: listCatalogueColumns(packages.flatMap(({ certificates }) => certificates)),
      epsilon: rules.epsilon.catalogue,
      microRho: planCatalogue(plan.request.rows, rules).noise.microRho,
    },
    budgets: { collaborator: budgetOf(rules.epsilon.collaborator), dataset: budgetOf(rules.epsilon.dataset) },
    swamped,
    remedies: swamped.length === 0 ? null : findRemedies(request, rules),
  };
}
