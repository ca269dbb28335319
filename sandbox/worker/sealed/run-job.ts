import { FlamencoError } from "@flamenco/policies/errors";
import type { LfPrior, OutputName, Outputs, WorkerJob } from "@flamenco/policies/wire";
import { combineLfs, createFieldCorrelation } from "../../combinations/index.js";
import { predictChain } from "../../explain/index.js";
import {
  analyzeVotes,
  buildMetrics,
  fitLabelModel,
  joinSplits,
  predictPatterns,
  predictSoftLabels,
} from "../../labeling/index.js";
import { castVotes } from "./cast-votes.js";
import type { ReportProgress } from "./channel.js";
import { measureEndClassifier } from "./end-classifier.js";
import { openJob } from "./open-job.js";
import { chainOutput, exactOutput, planTrees } from "./tree-outputs.js";

/**
 * A job from source and Parquet to outputs. The label model is fitted on the training split's votes, its class balance
 * comes from labeled validation rows when the study gives none, features are ranked on the training split, and scores are
 * those of the test split: no ground truth of a test row is read before the last stage. The analysis describes all rows.
 * @returns only the outputs that were asked for
 * @throws FLM_LF_REFUSED, FLM_DATASET_CORRUPT, FLM_DATASET_KIND, FLM_FIELD_MISSING, FLM_KERNEL_FAILED, FLM_TOO_LARGE
 */
export async function runJob(job: WorkerJob, report: ReportProgress): Promise<{ rows: number; outputs: Outputs }> {
  const { task, outputs: asked } = job;
  const { lfs, plan } = await openJob(job, report);
  const lfNames = lfs.map(({ name }) => name);
  const { histograms, sample, learning } = await castVotes(plan, job.threads ?? 1, report);

  report("labelModel", 0, 1);
  const { train, validation, test } = histograms;
  const model = fitLabelModel(train, {
    model: job.labelModel,
    labels: task.labels,
    lfNames,
    validation,
    priors: placePriors(job.priors ?? [], lfNames),
    ...(job.classBalance === undefined ? {} : { classBalance: job.classBalance }),
  });
  report("labelModel", 1, 1);

  const endClassifier =
    plan.learning === null || learning === null
      ? undefined
      : await measureEndClassifier({
          plan: plan.learning,
          sample: learning,
          soft: predictSoftLabels(model, train),
          task,
          test,
          seed: job.seed,
          report,
        });

  const wants = (name: OutputName) => asked.includes(name);
  const outputs: Outputs = {};
  if (wants("labelModel")) outputs.labelModel = model.document;
  if (wants("analysis")) {
    outputs.analysis = analyzeVotes(joinSplits(histograms), {
      lfNames,
      labels: task.labels,
      weights: model.document.weights,
    });
  }
  if (wants("tree") || wants("exactTree") || wants("metrics") || wants("combinations")) {
    report("tree", 0, 1);
    const trees = planTrees(lfs, task.labels, sample, model, train, job.seed);
    const { order } = trees.ranking;
    if (wants("tree")) outputs.tree = chainOutput(trees, joinSplits(histograms));
    const exact = wants("exactTree") ? exactOutput(trees, model, joinSplits(histograms)) : undefined;
    if (exact !== undefined) outputs.exactTree = exact.output;
    report("tree", 1, 1);
    if (wants("metrics")) {
      report("metrics", 0, 1);
      outputs.metrics = buildMetrics({
        test,
        task,
        labelModel: predictPatterns(model, test),
        tree: predictChain(order, test),
        ...(exact === undefined ? {} : { exactTree: exact.predict(test) }),
        ...(endClassifier ?? {}),
      });
      report("metrics", 1, 1);
    }
    if (wants("combinations")) {
      report("combinations", 0, 1);
      outputs.combinations = combineLfs({
        histograms,
        lfNames,
        task,
        model: job.labelModel,
        ...(job.classBalance === undefined ? {} : { classBalance: job.classBalance }),
        treeOrder: order,
        correlation: createFieldCorrelation({
          columns: sample.columns,
          fieldsOf: lfs.map(({ verified }) => verified.certificate.fields),
        }),
      });
      report("combinations", 1, 1);
    }
  }
  return { rows: plan.version.manifest.rows, outputs };
}

/** Priors in the LFs' order. @throws FLM_SCHEMA for one of an LF that the job does not bring */
function placePriors(priors: readonly LfPrior[], lfNames: readonly string[]): (LfPrior | null)[] {
  const stranger = priors.find(({ lf }) => !lfNames.includes(lf));
  if (stranger !== undefined) {
    throw new FlamencoError("FLM_SCHEMA", `The study gives a prior to ${stranger.lf}, which it does not bring.`);
  }
  return lfNames.map((name) => priors.find(({ lf }) => lf === name) ?? null);
}
