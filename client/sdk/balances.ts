import { deltaOf, epsilonOf, microRhoFor } from "@flamenco/policies/release";
import type { ReleaseRules, ReleaseTerms } from "@flamenco/policies/wire";

/** What a budget is, and what is left of it, in millionths of rho and as epsilon at the dataset's delta. */
export interface Balance {
  readonly epsilon: number;
  readonly microRho: number;
  /** Null where nobody tells. */
  readonly leftMicroRho: number | null;
  readonly leftEpsilon: number | null;
}

export interface Balances {
  /** One collaborator's, of one dataset version. */
  readonly collaborator: Balance;
  /** Everybody's, of the dataset over all its versions. */
  readonly dataset: Balance;
}

/**
 * Budgets under rules, for a dataset of so many rows (as its node tells them), with what is left where the node tells it.
 * @param collaborator key id of whoever asks; what is left to nobody in particular is not known
 * @example
 * balancesOf(terms.rules, terms.rows, terms.charged, key.keyId).dataset.leftEpsilon; // 7.2
 */
export function balancesOf(
  { epsilon }: Pick<ReleaseRules, "epsilon">,
  rows: number,
  charged?: ReleaseTerms["charged"],
  collaborator?: string,
): Balances {
  const delta = deltaOf(rows);
  const balance = (whole: number, spent: number | null): Balance => {
    const microRho = microRhoFor(whole, delta);
    const leftMicroRho = spent === null ? null : Math.max(0, microRho - spent);
    return {
      epsilon: whole,
      microRho,
      leftMicroRho,
      leftEpsilon: leftMicroRho === null ? null : leftMicroRho === microRho ? whole : epsilonOf(leftMicroRho, delta),
    };
  };
  return {
    collaborator: balance(epsilon.collaborator, spentBy(charged, collaborator)),
    dataset: balance(epsilon.dataset, charged?.datasetMicroRho ?? null),
  };
}

/** Whoever is not listed has spent nothing where all are listed. */
function spentBy(charged: ReleaseTerms["charged"] | undefined, collaborator: string | undefined): number | null {
  if (charged === undefined || collaborator === undefined) return null;
  const listed = charged.collaborators.find(({ keyId }) => keyId === collaborator)?.microRho;
  return listed ?? (charged.complete ? 0 : null);
}
