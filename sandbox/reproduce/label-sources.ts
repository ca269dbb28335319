import { buildSequences, type LabelWeights } from "../learning/index.js";
import { findOutliers, type OutlierModel, outlierModels } from "../outliers/index.js";
import { type LabeledRows, labelRows, type VotedRows } from "./label-rows.js";
import { macroF1 } from "./row-scores.js";
import type { RttRows } from "./rtt-rows.js";

/** Who labeled the rows that a classifier learns from. */
export interface LabelSource {
  readonly name: string;
  readonly kind: "ours" | "baseline" | "truth";
  /** Of every row; only rows that are learned from count. */
  readonly labels: LabelWeights;
  /** Its label model, or what it saw of a row. */
  readonly detail: string;
}

export interface LabelSourcesInput {
  readonly rows: RttRows;
  readonly voted: VotedRows;
  /** What the detectors may see of a row. */
  readonly features: ReadonlyMap<string, Float64Array>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** The paper's names of the detectors (§4.1). */
const detectorTitles: Readonly<Record<OutlierModel, string>> = Object.freeze({
  lof: "LOF",
  envelope: "Elliptic Envelope",
  mcd: "ORCE",
  forest: "Isolation Forest",
});

export const ourSource = "our labels";

/** Our labels, the four baselines' (§4.1), and the truth itself: what the best labels would come to. */
export async function collectLabels(input: LabelSourcesInput): Promise<{
  readonly sources: LabelSource[];
  readonly ours: LabeledRows;
}> {
  const { voted, onProgress } = input;
  const ours = labelRows(voted, "validation labels");
  const sources: LabelSource[] = [
    { name: ourSource, kind: "ours", labels: ours.soft, detail: ours.model.document.model },
    unseenSource(voted),
  ];
  for (const [index, model] of outlierModels.entries()) {
    onProgress(index / outlierModels.length);
    sources.push(await detectorSource(input, model));
  }
  const truth: LabelSource = { name: "the truth", kind: "truth", labels: hardLabels(voted.truth), detail: "" };
  return { sources: [...sources, truth], ours };
}

function unseenSource(voted: VotedRows): LabelSource {
  const { soft, model } = labelRows(voted, "nothing");
  return { name: "our labels, no truth seen", kind: "ours", labels: soft, detail: model.document.model };
}

/** A detector's best, by its agreement with validation rows: with the windows, or by the round-trip time alone. */
async function detectorSource(input: LabelSourcesInput, model: OutlierModel): Promise<LabelSource> {
  const { voted, features } = input;
  const validation = Int32Array.from(voted.parts.keys()).filter((row) => voted.parts[row] === 1);
  const known = {
    truth: Int8Array.from(validation, (row) => voted.truth[row]!),
    labelCount: 2,
    unitOfRow: new Int32Array(validation.length),
    units: 1,
  };
  let best: { marks: Int8Array; score: number; detail: string } | undefined;
  for (const [detail, names] of [
    ["all features", [...features.keys()]],
    ["rttMs alone", ["rttMs"]],
  ] as const) {
    const marks = await markOutliers(input, model, names);
    const ofValidation = Int8Array.from(validation, (row) => marks[row]!);
    const score = macroF1(ofValidation, known, new Float64Array(validation.length).fill(1));
    if (best === undefined || score > best.score) best = { marks, score, detail };
  }
  return { name: detectorTitles[model], kind: "baseline", labels: hardLabels(best!.marks), detail: best!.detail };
}

/** 1 for outliers among a series' training and validation rows; test rows are not looked at. */
async function markOutliers(
  { rows, features, seed, signal }: LabelSourcesInput,
  model: OutlierModel,
  names: readonly string[],
): Promise<Int8Array> {
  const marks = new Int8Array(rows.rows);
  for (let series = 0; series < rows.series; series++) {
    const own = Int32Array.from(marks.keys()).filter(
      (row) => rows.parts[row] !== 2 && rows.seriesOfRow[row] === series,
    );
    const columns = new Map(
      names.map((name) => [name, Float64Array.from(own, (row) => features.get(name)![row]!)] as const),
    );
    const { flags } = await findOutliers(buildSequences(columns, null, null, 1), { model, seed, signal });
    for (const [place, row] of own.entries()) marks[row] = flags[place]!;
  }
  return marks;
}

/** Label 0 is the usual, 1 what stands out. */
function hardLabels(labels: Int8Array): LabelWeights {
  const weights = new Float64Array(labels.length * 2);
  for (let row = 0; row < labels.length; row++) weights[row * 2 + labels[row]!] = 1;
  return { labelCount: 2, weights };
}
