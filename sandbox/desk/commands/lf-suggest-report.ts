import type { Scores } from "@flamenco/policies/wire";
import type { FeatureTable, Suggestion } from "../../synthesis/index.js";
import { reportHeuristic } from "./lf-heuristic-report.js";

export type SuggestionReport = ReturnType<typeof reportSuggestion>;

/** One suggestion of `lf suggest --json`: the rule, how it does alone, and what it adds, in numbers and in words. */
export function reportSuggestion(
  suggestion: Suggestion,
  table: Pick<FeatureTable, "features" | "task">,
  decision: string,
) {
  const { name, validation, before, after } = suggestion;
  const share = (value: number | null) => (value === null ? "unknown" : value.toFixed(3));
  const macro = (scores: Scores | null) => scores?.macroF1 ?? null;
  const adds = {
    coverageGainedRows: suggestion.coverageGainedRows,
    conflictRows: suggestion.conflictRows,
    positiveF1Before: before?.positiveF1 ?? null,
    positiveF1After: after.positiveF1,
    macroF1Before: macro(before),
    macroF1After: macro(after),
  };
  const change =
    before === null ? share(adds.positiveF1After) : `${share(adds.positiveF1Before)} to ${share(adds.positiveF1After)}`;
  return {
    name,
    features: suggestion.features,
    ...reportHeuristic(suggestion, table),
    validation: { f1: validation.f1, coverage: validation.coverage, precision: validation.precision },
    trainCoverage: suggestion.trainCoverage,
    adds,
    reason: `${name}: ${decision} Right in ${share(validation.precision)} of its votes on ${share(validation.coverage)} of the validation rows; ${adds.coverageGainedRows} training rows that nothing covered, ${adds.conflictRows} where it disagrees; F1 of ${table.task.positive} ${change}.`,
  };
}
