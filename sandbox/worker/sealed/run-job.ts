import { decideLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import type { OutputName, Outputs, WorkerJob } from "@flamenco/policies/wire";
import { type LoadedColumns, openDatasetVersion, readColumns } from "../../columns/index.js";
import { buildChainTree, orderLfs, predictChain } from "../../explain/index.js";
import {
  analyzeVotes,
  buildMetrics,
  combinePatternCodes,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type IndexedHistogram,
  predictPatterns,
  predictSoftLabels,
} from "../../labeling/index.js";
import { type FeatureRanking, rankFeatures, selectSplit, splitRows } from "../../preprocess/index.js";
import { castVotes } from "./cast-votes.js";
import type { ReportProgress } from "./channel.js";
import { assertFields, type JobLf, verifyPackages } from "./job-packages.js";

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

  const version = await openDatasetVersion(job.dataset.directory, job.dataset.version);
  const { manifest } = version;
  if (manifest.kind !== job.dataset.kind) {
    throw new FlamencoError("FLM_DATASET_KIND", `The dataset is of kind ${manifest.kind}, not ${job.dataset.kind}.`);
  }
  assertFields(packages, manifest);
  const fields = [...new Set(packages.flatMap(({ kernel }) => kernel.columns))];
  report("load", 0, manifest.rows);
  const loaded = await readColumns(version, {
    fields,
    labels: task.labels,
    onProgress: (rows) => report("load", rows, manifest.rows),
  });

  const words = castVotes(packages, loaded, manifest, report);
  const votes = combinePatternCodes(words, loaded.rows);
  const { histogram, patternOfRow } = votes;

  report("labelModel", 0, 1);
  const parts = splitRows({ rows: loaded.rows, truth: loaded.truth, seed: job.seed, preset: "flow" });
  const trainMask = selectSplit(parts, "train");
  const model = fitLabelModel(histogramOf(patternOfRow, histogram, trainMask), {
    model: job.labelModel,
    labels: task.labels,
    lfNames,
    validation: histogramOf(patternOfRow, histogram, selectSplit(parts, "validation"), loaded.truth),
    ...(job.classBalance === undefined ? {} : { classBalance: job.classBalance }),
  });
  report("labelModel", 1, 1);

  const wants = (name: OutputName) => asked.includes(name);
  const outputs: Outputs = {};
  if (wants("labelModel")) outputs.labelModel = model.document;
  if (wants("analysis")) {
    outputs.analysis = analyzeVotes(histogramOf(patternOfRow, histogram, undefined, loaded.truth), {
      lfNames,
      labels: task.labels,
      weights: model.document.weights,
    });
  }
  if (wants("tree") || wants("metrics")) {
    report("tree", 0, 1);
    const importance = rankFields(loaded, votes, model, trainMask, task.labels.length);
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
          histogram,
        }),
      };
    }
    report("tree", 1, 1);
    if (wants("metrics")) {
      report("metrics", 0, 1);
      outputs.metrics = buildMetrics({
        test: histogramOf(patternOfRow, histogram, selectSplit(parts, "test"), loaded.truth),
        task,
        labelModel: predictPatterns(model, histogram),
        tree: predictChain(order, histogram),
      });
      report("metrics", 1, 1);
    }
  }
  return { rows: loaded.rows, outputs };
}

const readFields = ({ name, verified }: JobLf) => ({ name, fields: verified.certificate.fields });

/** Importance of the fields that LFs read: against ground truth of training rows where there is any, else soft labels. */
function rankFields(
  { columns, truth }: LoadedColumns,
  { histogram, patternOfRow }: IndexedHistogram,
  model: FittedLabelModel,
  trainMask: Uint8Array,
  labelCount: number,
): FeatureRanking {
  const labeled = truth.some((label, row) => label >= 0 && trainMask[row] === 1);
  return rankFeatures({
    columns: new Map([...columns].map(([field, { values }]) => [field, values])),
    labels: labeled ? { truth, labelCount } : { patternOfRow, soft: predictSoftLabels(model, histogram) },
    rowMask: trainMask,
  });
}
