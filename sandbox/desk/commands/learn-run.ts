import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { countUp, evaluate } from "../../learning/index.js";
import {
  digestSearch,
  type Fit,
  FitPool,
  type Fold,
  fitInParts,
  heldOutFold,
  SearchJournal,
  type SearchResult,
  searchSettings,
  stratifiedFolds,
  timeFolds,
} from "../../search/index.js";
import { answer } from "../answer.js";
import { interruptible } from "../interruption.js";
import { Progress } from "../progress.js";
import { writePlot } from "./data-plot.js";
import { type LearnOptions, type LearnPlan, planLearning, type SearchPlan } from "./learn-options.js";
import { assertDrawable, drawTest } from "./learn-plot.js";
import { createPredictions } from "./learn-predictions.js";
import { reportLearning } from "./learn-report.js";
import { type LearnTable, readLearnTable } from "./learn-table.js";
import { renderLearning } from "./learn-text.js";

/** Read a table, search for settings where asked, fit the classifier on all training rows, measure it, and answer. */
export async function learnFromFile(path: string, options: LearnOptions): Promise<void> {
  const plan = await planLearning(options);
  const table = await readLearnTable(path, options, plan);
  if (options.plot !== undefined) assertDrawable(table);
  const predictions = options.predictions === undefined ? null : await createPredictions(options.predictions, table);
  try {
    const learned = await interruptible((signal) => learn(table, plan, options, signal));
    const report = reportLearning({ path, options, plan, table, ...learned });
    await predictions?.write(learned.fit.probabilities);
    if (options.plot !== undefined) await writePlot(options.plot, drawTest(report, table, learned.fit));
    answer(options.json === true, report, () => renderLearning(report));
  } finally {
    await predictions?.clear();
  }
}

async function learn(table: LearnTable, plan: LearnPlan, options: LearnOptions, signal: AbortSignal) {
  const { threads, seed } = plan;
  const pool = new FitPool({ samples: table.samples, labels: table.weights }, { threads, signal });
  try {
    const start = performance.now();
    const search = plan.search === null ? null : await runSearch(pool, table, plan.search, seed, options.resume);
    const searched = performance.now();
    const spec = search === null ? plan.spec : search.candidates[search.best]!.spec;
    const progress = new Progress("trained");
    const task = { spec, train: table.parts.train, predict: countUp(table.rows), seed };
    const fit = await fitInParts(pool, task, threads, (share) => progress.tell(share));
    const fitSeconds = (performance.now() - searched) / 1000;
    const searchSeconds = search === null ? null : (searched - start) / 1000;
    return { search, fit, metrics: measure(table, fit, seed), searchSeconds, fitSeconds };
  } finally {
    await pool.close();
  }
}

async function runSearch(
  pool: FitPool,
  table: LearnTable,
  plan: SearchPlan,
  seed: number,
  resume: string | undefined,
): Promise<SearchResult> {
  const folds = makeFolds(table, plan, seed);
  const { candidates, metric } = plan;
  // Held-out validation rows are scored by ground truth; folds of training rows by what they learn from, soft labels included.
  const truth = plan.cv === "validation" ? table.truth : table.learned;
  const scoring = { labels: table.labels, positive: table.positive, truth, metric };
  const data = { samples: table.samples, labels: table.weights };
  const journal =
    resume === undefined ? null : new SearchJournal(resume, digestSearch(data, folds, candidates, scoring, seed));
  const total = candidates.length * folds.length;
  const progress = new Progress("searched", (journal?.entries.length ?? 0) / total);
  try {
    return await searchSettings(pool, {
      candidates,
      folds,
      scoring,
      seed,
      ...(journal === null ? {} : { journal }),
      onFit: (finished) => progress.tell(finished / total),
    });
  } catch (error) {
    if (journal === null || !isFlamencoError(error, "FLM_INTERRUPTED")) throw error;
    throw new FlamencoError(
      "FLM_INTERRUPTED",
      "The search was interrupted. The same command goes on from where it was.",
    );
  } finally {
    journal?.close();
  }
}

function makeFolds({ labels, learned, truth, parts }: LearnTable, { cv, folds }: SearchPlan, seed: number): Fold[] {
  switch (cv) {
    case "stratified":
      return stratifiedFolds(parts.train, { labels, truth: learned }, folds, seed);
    case "time":
      return timeFolds(parts.train, { labels, truth: learned }, folds);
    case "validation": {
      const known = Int32Array.from(truth, (label, row) => (label >= 0 ? label : learned[row]!));
      return heldOutFold(parts.train, parts.validation, { labels, truth: known });
    }
  }
}

function measure({ labels, positive, truth, parts }: LearnTable, { probabilities }: Fit, seed: number) {
  const k = labels.length;
  const ofRows = (rows: Int32Array) => {
    const chosen = new Float64Array(rows.length * k);
    for (const [index, row] of rows.entries()) chosen.set(probabilities.subarray(row * k, (row + 1) * k), index * k);
    const known = Int32Array.from(rows, (row) => truth[row]!);
    return evaluate(chosen, known, { labels, positive, seed });
  };
  return { train: ofRows(parts.train), validation: ofRows(parts.validation), test: ofRows(parts.test) };
}
