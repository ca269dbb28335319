import {
  describeRelease,
  estimateRelease,
  findRemedies,
  listCatalogueColumns,
  listSwamped,
  planCatalogue,
  presetRules,
  type ReleasePlan,
  type Remedies,
  rulesUnder,
} from "@flamenco/policies/release";
import type { OpenedPackage } from "@flamenco/policies/trust";
import {
  defaultOutputNames,
  type OutputName,
  type PresetName,
  type ReleaseRules,
  type ReleaseTerms,
} from "@flamenco/policies/wire";
import { type Balance, balancesOf } from "./balances.js";
import type { DatasetTerms } from "./selection.js";

export interface EstimateRequest {
  /** Of one task, as `findPackages` gives them. */
  readonly packages: readonly Pick<OpenedPackage, "manifest" | "certificates">[];
  /** What a node tells of its dataset, as `findTerms` gives it; or the rows alone, as its operator tells them. */
  readonly dataset: DatasetTerms | number;
  /** Key id of whoever asks, for what is left to them. */
  readonly collaborator?: string | undefined;
  /** Default: as `defaultOutputsOf` the preset. */
  readonly outputs?: readonly OutputName[];
  /** `standard` or `strict`. Default: what the dataset is under, and `standard` where that is `open` or not known. */
  readonly preset?: PresetName | undefined;
  /** Default: what the rules give to one release. */
  readonly epsilon?: number | undefined;
}

/** What a budget is, what is left of it, and how much of it the release would cost. */
export interface BudgetShare extends Balance {
  /** Price over the whole budget; above 1, the budget does not pay for it. */
  readonly share: number;
  /** Releases at this price that the whole budget pays for, and what is left of it; null where nobody tells. */
  readonly releases: number;
  readonly leftReleases: number | null;
}

/** A protected release before it is asked for: price, noise and error, from public numbers. */
export interface ReleaseEstimate {
  /** Whose terms these are and when they were told; null where only rows are known. */
  readonly dataset: (Omit<DatasetTerms, "terms"> & Pick<ReleaseTerms, "version" | "preset">) | null;
  readonly preset: PresetName;
  readonly rules: Pick<ReleaseRules, "privacyUnit" | "rowsPerUnit">;
  /** Most that the rules give to one release. */
  readonly epsilonAtMost: number;
  readonly plan: ReleasePlan;
  /** Columns with whose statistics the labeling functions compare, and what each costs where it was not drawn before. */
  readonly catalogue: { readonly columns: readonly string[]; readonly epsilon: number; readonly microRho: number };
  readonly budgets: { readonly collaborator: BudgetShare; readonly dataset: BudgetShare };
  /** Whether what is left pays for the release alone; true where nobody tells what is left. */
  readonly affordable: boolean;
  /** Errors that noise makes too large: a node refuses the release unless this is empty. */
  readonly swamped: readonly (keyof ReleasePlan["expected"])[];
  /** What would do; null where nothing is swamped. */
  readonly remedies: Remedies | null;
}

/** Outputs that a study asks for when its author names none: those that the rules of its preset release. */
export function defaultOutputsOf(preset: PresetName): OutputName[] {
  return outputsOf(presetRules[preset]);
}

const outputsOf = ({ outputs }: ReleaseRules): OutputName[] =>
  defaultOutputNames.filter((name) => outputs.includes(name));

/**
 * Plan a protected release as a node would: by the terms that it tells or, for a dataset of which only the rows are known,
 * under the preset's own rules and with ground truth.
 * @throws FLM_RELEASE_RANGE, FLM_RELEASE_OUTPUT, FLM_PRESET_REFUSED, FLM_TOO_LARGE
 * @example
 * const packages = await findPackages(registry, ["uma/ntp@1.0.0"]);
 * const { plan, swamped } = estimateStudy({ packages, dataset: 100_000 });
 */
export function estimateStudy(request: EstimateRequest): ReleaseEstimate {
  const { packages, outputs, epsilon, collaborator } = request;
  const dataset = typeof request.dataset === "number" ? null : request.dataset;
  const terms = dataset?.terms;
  const preset = request.preset ?? (terms === undefined || terms.preset === "open" ? "standard" : terms.preset);
  const rules = dataset === null ? presetRules[preset] : rulesUnder(preset, { ...dataset.terms, name: dataset.name });
  const described = describeRelease({
    rows: typeof request.dataset === "number" ? request.dataset : request.dataset.terms.rows,
    hasTruth: terms?.hasTruth ?? true,
    lfs: packages.reduce((sum, { manifest }) => sum + manifest.lfs.length, 0),
    labels: packages[0]?.manifest.task.labels.length ?? 0,
    outputs: outputs ?? outputsOf(rules),
    epsilon,
  });
  const plan = estimateRelease(described, rules);
  const swamped = listSwamped(plan);
  const balances = balancesOf(rules, plan.request.rows, terms?.charged, collaborator);
  const budgets = {
    collaborator: shareOf(balances.collaborator, plan.microRho),
    dataset: shareOf(balances.dataset, plan.microRho),
  };
  return {
    dataset:
      dataset === null
        ? null
        : {
            node: dataset.node,
            name: dataset.name,
            at: dataset.at,
            version: dataset.terms.version,
            preset: dataset.terms.preset,
          },
    preset,
    rules: { privacyUnit: rules.privacyUnit, rowsPerUnit: rules.rowsPerUnit },
    epsilonAtMost: rules.epsilon.release,
    plan,
    catalogue: {
      columns: listCatalogueColumns(packages.flatMap(({ certificates }) => certificates)),
      epsilon: rules.epsilon.catalogue,
      microRho: planCatalogue(plan.request.rows, rules).noise.microRho,
    },
    budgets,
    affordable: [budgets.collaborator, budgets.dataset].every(({ leftReleases }) => leftReleases !== 0),
    swamped,
    remedies: swamped.length === 0 ? null : findRemedies(described, rules),
  };
}

function shareOf(balance: Balance, price: number): BudgetShare {
  const { microRho, leftMicroRho } = balance;
  return {
    ...balance,
    share: price / microRho,
    releases: Math.floor(microRho / price),
    leftReleases: leftMicroRho === null ? null : Math.floor(leftMicroRho / price),
  };
}
