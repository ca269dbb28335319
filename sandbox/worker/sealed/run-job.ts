import { decideLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { OutputName, Outputs, WorkerJob } from "@flamenco/policies/wire";
import { openDatasetVersion } from "../../columns/index.js";
import { combineLfs, createFieldCorrelation } from "../../combinations/index.js";
import { buildChainTree, orderLfs, predictChain } from "../../explain/index.js";
import {
  analyzeVotes,
  buildMetrics,
  fitLabelModel,
  joinSplits,
  predictPatterns,
  predictSoftLabels,
  type SoftLabels,
} from "../../labeling/index.js";
import { rankFeatures, selectSplit } from "../../preprocess/index.js";
import { castVotes } from "./cast-votes.js";
import type { ReportProgress } from "./channel.js";
import type { SampledRows } from "./chunk-voter.js";
import { assertFields, type JobLf, verifyPackages } from "./job-packages.js";
import { planVotes } from "./vote-plan.js";

/**
 * A job from source and Parquet to outputs. The label model is fitted on the training split's votes, its class balance
 * comes from labeled validation rows when the study gives none, features are ranked on the training split, and scores are
 * those of the test split: no ground truth of a test row is read before the last stage. The analysis describes all rows.
 * @returns only the outputs that were asked for
 * @throws FLM_LF_REFUSED, FLM_DATASET_CORRUPT, FLM_DATASET_KIND, FLM_FIELD_MISSING, FLM_KERNEL_FAILED, FLM_TOO_LARGE
 */
export async function runJob(job: WorkerJob, report: ReportProgress): Promise<{ rows: number; outputs: Outputs }> {
  const { task, outputs: asked } = job;
  const packages = verifyPackages(job, report);
  const lfs = packages.flatMap((one) => one.lfs);
  const lfNames = lfs.map(({ name }) => name);

  report("load", 0, 1);
  const version = await openDatasetVersion(job.dataset.directory, job.dataset.version);
  const { manifest } = version;
  if (manifest.kind !== job.dataset.kind) {
    throw new FlamencoError("FLM_DATASET_KIND", `The dataset is of kind ${manifest.kind}, not ${job.dataset.kind}.`);
  }
  assertFields(packages, manifest);
  report("load", 1, 1);
  report("statistics", 0, 1);
  const plan = planVotes(packages, version, task.labels, job.seed);
  report("statistics", 1, 1);
  const { histograms, sample } = await castVotes(plan, job.threads ?? 1, report);

  report("labelModel", 0, 1);
  const { train, validation, test } = histograms;
  const model = fitLabelModel(train, {
    model: job.labelModel,
    labels: task.labels,
    lfNames,
    validation,
    ...(job.classBalance === undefined ? {} : { classBalance: job.classBalance }),
  });
  report("labelModel", 1, 1);

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
  if (wants("tree") || wants("metrics") || wants("combinations")) {
    report("tree", 0, 1);
    const importance = rankFields(sample, predictSoftLabels(model, train), task.labels.length);
    const { order, importance: importanceOfLf } = orderLfs(lfs.map(readFields), importance.features);
    if (wants("tree")) {
      outputs.tree = {
        form: "chain",
        order: order.map((lf) => ({ lf: lfNames[lf]!, importance: importanceOfLf[lf] ?? null })),
        importance,
        tree: buildChainTree({
          lfs: lfs.map(({ name, verified }) => ({ name, decision: decideLf(verified).tree })),
          order,
          labels: task.labels,
          histogram: joinSplits(histograms),
        }),
      };
    }
    report("tree", 1, 1);
    if (wants("metrics")) {
      report("metrics", 0, 1);
      outputs.metrics = buildMetrics({
        test,
        task,
        labelModel: predictPatterns(model, test),
        tree: predictChain(order, test),
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
          fieldsOf: lfs.map((lf) => readFields(lf).fields),
        }),
      });
      report("combinations", 1, 1);
    }
  }
  return { rows: manifest.rows, outputs };
}

const readFields = ({ name, verified }: JobLf) => ({ name, fields: verified.certificate.fields });

/** Importance of the fields that LFs read: against ground truth of training rows where there is any, else soft labels. */
function rankFields({ columns, truth, parts, patternOfRow }: SampledRows, soft: SoftLabels, labelCount: number) {
  const rowMask = selectSplit(parts, "train");
  const labeled = truth.some((label, row) => label >= 0 && rowMask[row] === 1);
  return rankFeatures({ columns, labels: labeled ? { truth, labelCount } : { patternOfRow, soft }, rowMask });
}
