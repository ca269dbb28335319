import type { FlowStudy } from "./flow-sets.js";
import { findSet, nameSet } from "./flow-tables.js";
import { formatInterval } from "./report-text.js";
import { differenceOf, f1Of } from "./row-scores.js";
import type { StudyInput } from "./study-input.js";
import type { Claim, Interval, ReportTable } from "./study-report.js";

/** Classifiers are equal within this, the difference that a change of seed makes. */
const EQUAL_WITHIN = 0.01;

interface PairFinding {
  readonly names: readonly [string, string];
  readonly redundant: string | null;
  /** Test rows on which the pair's label model and that of the function that covers the other differ. */
  readonly difference: number;
  readonly scores: readonly (number | null)[];
  /** F1 of the classifier of the pair less that of the wider function's. */
  readonly classifierGain: Interval;
}

/** Every pair beside the function of it that covers more. */
function comparePairs(input: StudyInput, study: FlowStudy): PairFinding[] {
  const score = f1Of(input.sources.labels.indexOf(input.sources.positive));
  return study.results
    .filter(({ lfs }) => lfs.length === 2)
    .map(({ lfs, predictions, redundant }) => {
      const names = lfs.map((lf) => study.voted.lfNames[lf]!) as [string, string];
      const alone = names.map((name) => findSet(study, [name]));
      const wider = alone[0]!.coverage >= alone[1]!.coverage ? alone[0]! : alone[1]!;
      return {
        names,
        redundant,
        classifierGain: study.bootstrap.compare(predictions.classifier, wider.predictions.classifier, score),
        difference: differenceOf(predictions.labelModel, wider.predictions.labelModel),
        scores: [...alone.map((single) => single.predictions), predictions].map(
          ({ labelModel }) => study.bootstrap.score(labelModel, score).value,
        ),
      };
    });
}

/** Every pair of LFs: who of it is redundant, and what the pair comes to. */
export function tabulateRedundancy(input: StudyInput, study: FlowStudy): ReportTable {
  return {
    title: "Redundancy of pairs",
    columns: ["pair", "redundant", "F1 of the first", "F1 of the second", "F1 of both", "differs from the wider one"],
    rows: comparePairs(input, study).map(({ names, redundant, difference, scores }) => [
      nameSet(names),
      redundant ?? "neither",
      ...scores,
      difference,
    ]),
    note: "Redundant: it votes only where the other does, and the same. The last column is a share of test rows.",
  };
}

/** "Equal scores come from redundancy": a redundant pair predicts what its wider function predicts. */
export function judgeRedundancy(input: StudyInput, study: FlowStudy): Claim[] {
  const found = comparePairs(input, study);
  const redundant = found.filter((pair) => pair.redundant !== null);
  const same = redundant.filter(({ difference }) => difference === 0);
  const others = found.filter((pair) => pair.redundant === null);
  const equal = others.filter(({ scores: [first, second, both] }) => both === Math.max(first ?? 0, second ?? 0));
  const learned = redundant.filter(({ classifierGain }) => Math.abs(classifierGain.value ?? 1) <= EQUAL_WITHIN);
  const gains = redundant.map(({ names, classifierGain }) => `${nameSet(names)} ${formatInterval(classifierGain)}`);
  const holds = (part: number): Claim["verdict"] =>
    redundant.length > 0 && part === redundant.length ? "holds" : "does not hold";
  return [
    {
      claim:
        "Redundancy explains equal scores: a function that votes only where another does, and the same, adds nothing (paper: bytes below the 75th percentile and below the mean, .667 alone and together).",
      verdict: holds(same.length),
      because: `${redundant.length} of ${found.length} pairs are redundant, and ${same.length} of these predict on every test row what the wider function predicts alone; of the ${others.length} other pairs ${equal.length} score as the better of the two alone, which redundancy does not explain.`,
    },
    {
      claim: "The same of classifiers that are trained on the labels (paper: .667 each).",
      verdict: holds(learned.length),
      because: `${learned.length} of ${redundant.length} redundant pairs come within ${EQUAL_WITHIN} of the wider function's classifier; F1 gained: ${gains.join("; ")}. A second vote makes a soft label surer, which a classifier may learn.`,
    },
  ];
}
