import { FlamencoError } from "@flamenco/policies/errors";
import {
  type CombinationAddition,
  type CombinationF1,
  type CombinationSet,
  type Combinations,
  Combinations as CombinationsSchema,
  type LabelModelName,
  parseDocument,
  type Scores,
  type Task,
} from "@flamenco/policies/wire";
import type { SplitHistograms } from "../labeling/index.js";
import { describeAddition } from "./addition.js";
import { combinationLimits } from "./limits.js";
import { rankCorrelation } from "./rank-correlation.js";
import { type EvaluationContext, evaluateSubset, type SubsetEvaluation } from "./subset-evaluation.js";
import { SubsetHistograms } from "./subset-histograms.js";

export interface CombinationsInput {
  /** Votes of all LFs on each split, over the same patterns. */
  readonly histograms: SplitHistograms;
  readonly lfNames: readonly string[];
  readonly task: Task;
  readonly model: LabelModelName;
  readonly classBalance?: readonly number[];
  /** LFs of the largest set that is grown; absent: as many as there are, at most 4. */
  readonly size?: number;
  /** The set to which something is to be added next; absent: the two that go best together. */
  readonly base?: readonly number[];
  /** LF indices by falling feature importance, for chain trees; absent: by precision on validation rows. */
  readonly treeOrder?: readonly number[];
  /** Correlation of the features of two LFs; absent: unknown. */
  readonly correlation?: (a: number, b: number) => number | null;
}

const DEFAULT_SIZE = 4;

/**
 * Which LFs help each other: each alone, pairs, and sets that grow by the best addition, each with a label model of its own,
 * all from one vote histogram. Choices are made on validation rows, scores are those of the test split.
 * @throws FLM_USAGE for a size or a base that does not fit, FLM_INTERNAL when names do not fit the histograms
 */
export function combineLfs(input: CombinationsInput): Combinations {
  const { histograms, lfNames, task, base, correlation = () => null } = input;
  const m = histograms.train.lfCount;
  const size = input.size ?? Math.min(DEFAULT_SIZE, m);
  checkInput(input, m, size);
  const search = new CombinationSearch({
    subsets: new SubsetHistograms(histograms),
    lfNames,
    task,
    model: input.model,
    treeOrder: input.treeOrder ?? [],
    ...(input.classBalance === undefined ? {} : { classBalance: input.classBalance }),
  });
  const singles = search.evaluateSingles();
  const paired = search
    .rankSingles()
    .slice(0, combinationLimits.pairedLfs)
    .sort((a, b) => a - b);
  const pairs = search.evaluatePairs(paired);
  const growth = search.grow(size);
  const grown = growth.map(({ after }) => after);
  const chosen = base ?? grown[Math.min(1, grown.length - 1)]!.lfs;
  const pairSets = pairs.map((pair) => describeSet(pair, search, correlation(pair.lfs[0]!, pair.lfs[1]!)));
  const f1 = pairSets.map(({ labelModel }) => labelModel.positive);
  const document: Combinations = {
    rows: singles[0]!.rows,
    testRows: histograms.test.truthCounts.reduce((sum, rows) => sum + rows, 0),
    lfs: [...lfNames],
    positive: task.positive,
    requested: input.model,
    singles: singles.map((single) => describeSet(single, search, null)),
    pairs: pairSets,
    grown: grown.filter(({ lfs }) => lfs.length > 2).map((set) => describeSet(set, search, null)),
    growth: growth.map(({ after, before }) => describeAddition(after, before, { lfNames, task })),
    next: { base: [...chosen], additions: search.rankAdditions(chosen) },
    rankCorrelations: {
      coverage: rankCorrelation(
        pairSets.map(({ coverage }) => coverage),
        f1,
      ),
      coverageGained: rankCorrelation(
        pairSets.map(({ coverageGained }) => coverageGained),
        f1,
      ),
      featureCorrelation: rankCorrelation(
        pairSets.map((pair) => (pair.correlation === null ? null : Math.abs(pair.correlation))),
        f1,
      ),
    },
    reasons: search.listReasons(paired.length),
  };
  return parseDocument(CombinationsSchema, document, "combinations");
}

interface GrowthStep {
  readonly after: SubsetEvaluation;
  readonly before: SubsetEvaluation | undefined;
}

/** Evaluates each subset once, in whatever order its LFs came. */
class CombinationSearch {
  readonly #known = new Map<string, SubsetEvaluation>();
  readonly #lfs: readonly number[];
  #context: EvaluationContext;

  constructor(context: EvaluationContext) {
    this.#context = context;
    this.#lfs = [...context.lfNames.keys()];
  }

  evaluate(lfs: readonly number[]): SubsetEvaluation {
    const key = lfs.join();
    const known = this.#known.get(key) ?? evaluateSubset(lfs, this.#context);
    this.#known.set(key, known);
    return known;
  }

  /** Alone; afterwards chain trees have an order, if none was given. */
  evaluateSingles(): SubsetEvaluation[] {
    if (this.#context.treeOrder.length === 0) this.#context = { ...this.#context, treeOrder: this.#orderByPrecision() };
    return this.#lfs.map((lf) => this.evaluate([lf]));
  }

  rankSingles(): number[] {
    return [...this.#lfs].sort((a, b) => compare(this.evaluate([a]), this.evaluate([b])) || a - b);
  }

  evaluatePairs(lfs: readonly number[]): SubsetEvaluation[] {
    return lfs.flatMap((first, index) => lfs.slice(index + 1).map((second) => this.evaluate([first, second])));
  }

  /** From the best pair on, the best addition in turn; the better LF of the pair counts as the first. */
  grow(size: number): GrowthStep[] {
    const [best] = this.rankSingles();
    if (size < 2 || this.#lfs.length < 2) return [{ after: this.evaluate([best!]), before: undefined }];
    const paired = this.rankSingles()
      .slice(0, combinationLimits.pairedLfs)
      .sort((a, b) => a - b);
    const pair = this.evaluatePairs(paired).reduce((leader, other) => (compare(other, leader) < 0 ? other : leader));
    const [first, second] = [...pair.lfs].sort((a, b) => compare(this.evaluate([a]), this.evaluate([b])) || a - b);
    const steps: GrowthStep[] = [
      { after: this.evaluate([first!]), before: undefined },
      { after: this.evaluate([first!, second!]), before: this.evaluate([first!]) },
    ];
    while (steps.length < size) {
      const before = steps.at(-1)!.after;
      const [leader] = this.#tryAdditions(before.lfs);
      if (leader === undefined) break;
      steps.push({ after: leader, before });
    }
    return steps;
  }

  rankAdditions(base: readonly number[]): CombinationAddition[] {
    const before = base.length === 0 ? undefined : this.evaluate(base);
    return this.#tryAdditions(base)
      .slice(0, combinationLimits.nextLfs)
      .map((after) => describeAddition(after, before, this.#context));
  }

  listReasons(paired: number): string[] {
    const single = this.evaluate([0]);
    const m = this.#lfs.length;
    return [
      ...(single.validation === null
        ? ["No validation row has ground truth: sets are ordered by coverage, not by F1."]
        : []),
      ...(single.labelModel === null ? ["No test row has ground truth: there is no F1."] : []),
      ...(paired < m ? [`Pairs are of the ${paired} of ${m} labeling functions that do best alone.`] : []),
    ];
  }

  /** Coverage of a set beyond its best part of one LF less. */
  coverageGained({ lfs, covered }: SubsetEvaluation): number {
    if (lfs.length === 1) return covered;
    const parts = lfs.length === 2 ? lfs.map((lf) => [lf]) : [lfs.slice(0, -1)];
    return covered - Math.max(...parts.map((part) => this.evaluate(part).covered));
  }

  /** The set with each other LF, best first; of many LFs those that go best with one of the set. */
  #tryAdditions(base: readonly number[]): SubsetEvaluation[] {
    const others = this.#lfs.filter((lf) => !base.includes(lf));
    const promise = (lf: number) => {
      const pairs = base.map((one) => this.evaluate(one < lf ? [one, lf] : [lf, one]));
      return pairs.reduce((best, pair) => (compare(pair, best) < 0 ? pair : best), this.evaluate([lf]));
    };
    const tried =
      others.length <= combinationLimits.triedLfs
        ? others
        : others
            .map((lf) => ({ lf, best: promise(lf) }))
            .sort((a, b) => compare(a.best, b.best) || a.lf - b.lf)
            .slice(0, combinationLimits.triedLfs)
            .map(({ lf }) => lf);
    return tried
      .map((lf) => this.evaluate([...base, lf]))
      .sort((a, b) => compare(a, b) || a.lfs.at(-1)! - b.lfs.at(-1)!);
  }

  /** By precision on validation rows, shrunk to a half, then coverage: the order of a chain without feature importance. */
  #orderByPrecision(): number[] {
    const merit = this.#lfs.map((lf) => {
      const { patterns, counts, truthCounts, labelCount } = this.#context.subsets.project([lf]).validation;
      let [right, votes, rows] = [0, 0, 0];
      for (let pattern = 0; pattern < counts.length; pattern++) {
        const vote = patterns[pattern]!;
        if (vote < 0) continue;
        rows += counts[pattern]!;
        right += truthCounts[pattern * labelCount + vote]!;
        for (let label = 0; label < labelCount; label++) votes += truthCounts[pattern * labelCount + label]!;
      }
      return { precision: (right + 1) / (votes + 2), rows };
    });
    return [...this.#lfs].sort(
      (a, b) => merit[b]!.precision - merit[a]!.precision || merit[b]!.rows - merit[a]!.rows || a - b,
    );
  }
}

/** Better sets first: macro F1 on validation rows, then coverage. */
function compare(a: SubsetEvaluation, b: SubsetEvaluation): number {
  return meanF1(b.validation) - meanF1(a.validation) || b.covered - a.covered;
}

/** Mean F1 of the labels that have one. */
function meanF1(scores: Scores | null): number {
  const known = scores?.f1.filter((value) => value !== null) ?? [];
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function describeSet(
  evaluation: SubsetEvaluation,
  search: CombinationSearch,
  correlation: number | null,
): CombinationSet {
  const { lfs, model, labelModel, tree, rows, covered, overlapping, conflicting } = evaluation;
  const share = (count: number) => (rows === 0 ? 0 : count / rows);
  return {
    lfs: [...lfs],
    model: model.document.model,
    labelModel: pickF1(covered === 0 ? null : labelModel),
    tree: pickF1(covered === 0 ? null : tree),
    endClassifier: null,
    coverage: share(covered),
    coverageGained: share(search.coverageGained(evaluation)),
    overlap: share(overlapping),
    conflict: share(conflicting),
    correlation,
  };
}

function pickF1(scores: Scores | null): CombinationF1 {
  return { positive: scores?.positiveF1 ?? null, macro: scores?.macroF1 ?? null };
}

function checkInput({ histograms, lfNames, base = [], treeOrder }: CombinationsInput, m: number, size: number): void {
  const valid = (lfs: readonly number[]) =>
    lfs.every((lf) => Number.isInteger(lf) && lf >= 0 && lf < m) && new Set(lfs).size === lfs.length;
  const fits =
    lfNames.length === m &&
    m > 0 &&
    [histograms.validation, histograms.test].every(({ counts }) => counts.length === histograms.train.counts.length) &&
    (treeOrder === undefined || (treeOrder.length === m && valid(treeOrder)));
  if (!fits) throw new FlamencoError("FLM_INTERNAL", "Names and order must fit the histograms.");
  if (!(Number.isInteger(size) && size >= 1 && size <= combinationLimits.setSize)) {
    throw new FlamencoError("FLM_USAGE", `A set is grown to 1 to ${combinationLimits.setSize} labeling functions.`);
  }
  if (!valid(base) || base.length >= combinationLimits.setSize) {
    throw new FlamencoError("FLM_USAGE", "The set to add to names labeling functions of the file, each once.");
  }
}
