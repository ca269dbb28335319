import { type Certificate, type DatasetStatistics, statisticNames } from "@flamenco/policies/wire";

export type PrivateLiteral = Certificate["literals"][number];

/** Plain factors that read well in a rule: `0.5 * stats.bytes.p75`. */
const factors = [1, 0.5, 1.5, 2, 3] as const;
/** `stats.bytes.mean + 2 * stats.bytes.sd`. */
const deviations = [-2, -1, 1, 2, 3] as const;
/** Relative distance within which a simpler expression is preferred. */
const tolerance = 0.02;

interface Candidate {
  readonly text: string;
  readonly value: number;
  /** Lower reads better. */
  readonly rank: number;
}

function candidatesOf(field: string, statistics: DatasetStatistics): Candidate[] {
  const own = Object.hasOwn(statistics, field) ? statistics[field] : undefined;
  if (own === undefined) return [];
  const candidates: Candidate[] = [];
  for (const name of statisticNames) {
    const value = own[name];
    if (name === "count" || name === "sd" || value === null) continue;
    for (const [rank, factor] of factors.entries()) {
      const text = `stats.${field}.${name}`;
      candidates.push({ text: factor === 1 ? text : `${factor} * ${text}`, value: factor * value, rank });
    }
  }
  const { mean, sd } = own;
  if (mean !== null && sd !== null) {
    for (const times of deviations) {
      const size = Math.abs(times) === 1 ? `stats.${field}.sd` : `${Math.abs(times)} * stats.${field}.sd`;
      const text = `stats.${field}.mean ${times < 0 ? "-" : "+"} ${size}`;
      candidates.push({ text, value: mean + times * sd, rank: factors.length + Math.abs(times) });
    }
  }
  return candidates;
}

/**
 * What to write instead of a literal that is compared with a field: the statistic expression whose value on this dataset
 * is nearest, the simplest of those within 2 %. `undefined` when the dataset has no statistics of the field.
 */
export function suggestStatistic(
  literal: Pick<PrivateLiteral, "field" | "value">,
  statistics: DatasetStatistics,
): string | undefined {
  const { field, value } = literal;
  const distance = (candidate: Candidate): number =>
    Math.abs(candidate.value - value) / Math.max(Math.abs(value), Math.abs(candidate.value), Number.MIN_VALUE);
  const ranked = candidatesOf(field, statistics).map((candidate) => ({ ...candidate, distance: distance(candidate) }));
  ranked.sort(
    (a, b) =>
      Math.max(a.distance, tolerance) - Math.max(b.distance, tolerance) || a.rank - b.rank || a.distance - b.distance,
  );
  return ranked[0]?.text;
}
