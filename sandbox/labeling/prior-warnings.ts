import type { PrecisionPrior } from "./label-model.js";
import type { ModelFit } from "./model-fit.js";
import { type PairCounts, shareAgreement } from "./pair-counts.js";

/** Share of agreement beyond what two priors allow that is worth a warning: less may be chance. */
const CONTRADICTION = 0.1;

/**
 * What is wrong with priors of LFs in the light of the votes: priors that a model cannot use, and pairs of priors that the
 * votes contradict. Two LFs that are right on shares p and q of the rows on which both vote agree at most on 1 - |p - q| of
 * them and, with two labels, at least on |p + q - 1|.
 */
export function warnOfPriors(
  pairs: PairCounts,
  { model }: ModelFit,
  priors: readonly (PrecisionPrior | null)[],
  lfNames: readonly string[],
): string[] {
  const known = priors.flatMap((prior, lf) => (prior === null ? [] : [{ lf, mean: prior.mean }]));
  const warnings =
    model === "majority" && known.length > 0
      ? ["Majority vote uses no priors: those that were given have no effect."]
      : [];
  for (const [place, { lf: first, mean: p }] of known.entries()) {
    for (const { lf: second, mean: q } of known.slice(place + 1)) {
      const agreement = shareAgreement(pairs, first, second);
      if (agreement === null) continue;
      const most = 1 - Math.abs(p - q);
      const least = pairs.labelCount === 2 ? Math.abs(p + q - 1) : Math.max(0, p + q - 1);
      if (agreement <= most + CONTRADICTION && agreement >= least - CONTRADICTION) continue;
      warnings.push(
        `The priors of ${lfNames[first]} (${p}) and ${lfNames[second]} (${q}) contradict each other: the two agree on ${percent(agreement)} of the rows on which both vote, where the priors allow ${percent(least)} to ${percent(most)}.`,
      );
    }
  }
  return warnings;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
