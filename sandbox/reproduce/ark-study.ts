import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import { buildSequences } from "../learning/index.js";
import { detectModes, SeededRandom } from "../preprocess/index.js";
import { castVotes } from "./cast-votes.js";
import { collectLabels, type LabelSource } from "./label-sources.js";
import { arkFigure } from "./paper-figures.js";
import { macroF1 } from "./row-scores.js";
import { joinSeries, learnedFeatures, type RttRows, scaleFeatures } from "./rtt-rows.js";
import { type RttSeries, readMarkedSeries } from "./rtt-series.js";
import { compareSources, drawSources, judgeSources, type SourceResult, tabulateSources } from "./source-tables.js";
import { listStudyFiles } from "./study-data.js";
import type { StudyInput } from "./study-input.js";
import type { StudyReport } from "./study-report.js";
import { trainAndPredict } from "./train-classifier.js";

/** Sizes that a machine of two cores carries in minutes. */
const sizes = {
  full: { trainingRows: 8000, validationRows: 6000, units: 32, epochs: 12 },
  small: { trainingRows: 400, validationRows: 300, units: 8, epochs: 3 },
} as const;
const STEPS = 10;

/** Case study 1 (§4.1): noise in round-trip times, an LSTM on our labels beside LSTMs on the labels of outlier detectors. */
export async function runArkStudy(input: StudyInput): Promise<StudyReport> {
  const series = await readSeries(input);
  const rows = joinSeries(
    series.map(({ rttMs }) => rttMs),
    "ark",
  );
  const truth = markDisturbed(series, rows);
  const { parts, seriesOfRow } = rows;
  const learned = parts.map((part) => (part === 0 ? 1 : 0));
  const { sources, seed } = input;
  input.onProgress(0);
  const votes = castVotes(sources, { ...rows, segments: seriesOfRow, known: learned });
  const voted = { votes, lfNames: sources.lfs.map(({ name }) => name), labels: sources.labels, truth, parts };
  const features = scaleFeatures(rows, seriesOfRow);
  const collected = await collectLabels({
    rows,
    voted,
    features,
    seed,
    signal: input.signal,
    onProgress: (share) => input.onProgress(0.3 * share),
  });
  const size = input.small ? sizes.small : sizes.full;
  const random = new SeededRandom(seed);
  const rowsOfPart = (part: number) => Int32Array.from(parts.keys()).filter((row) => parts[row] === part);
  const draw = (rowsOf: Int32Array, most: number) => {
    random.shuffle(rowsOf);
    return rowsOf.slice(0, most).sort();
  };
  const choice: NetworkChoice = {
    spec: { model: "lstm", units: size.units, steps: STEPS, epochs: size.epochs, batch: 128, learningRate: 0.003 },
    samples: buildSequences(features, seriesOfRow, null, STEPS),
    train: draw(rowsOfPart(0), size.trainingRows),
    validation: draw(rowsOfPart(1), size.validationRows),
    test: rowsOfPart(2),
    truth,
  };
  const results: SourceResult[] = [];
  let backend = "none";
  for (const [done, source] of collected.sources.entries()) {
    input.onProgress(0.3 + (0.7 * done) / collected.sources.length);
    const found = await trainNetwork(input, choice, source);
    results.push(found.result);
    if (found.backend !== "none") backend = found.backend;
  }
  const comparison = compareSources(input, rows, truth, learned, choice.test, results);
  const disturbed = truth.reduce((sum, label) => sum + label, 0);
  return {
    study: "ark",
    title: "CAIDA Ark, noise in round-trip times",
    paper: "section 4.1, Figure 7",
    small: input.small,
    seed,
    difference:
      "The paper took 25 source-destination pairs of one day of CAIDA Ark traceroutes, noise being a round-trip time above a threshold; here are ping series of RIPE Atlas over weeks, noise being the samples around a change of the path's delay.",
    truth: `Change points that a person marked: a row is disturbed where one lies among its last ${STEPS} answered samples, its own included, and steady elsewhere. No labeling function sees them; the label model sees those of validation rows, except where the table says that no truth was seen.`,
    sizes: {
      series: rows.series,
      rows: rows.rows,
      changePoints: series.reduce((sum, { changes }) => sum + (changes?.reduce((all, mark) => all + mark, 0) ?? 0), 0),
      disturbedRows: disturbed,
      multimodalSeries: series.filter(({ rttMs }) => detectModes(rttMs).modes.length > 1).length,
      trainingRows: choice.train.length,
      testRows: choice.test.length,
    },
    settings: {
      split: "65/25/10, by time within each series",
      features: `${learnedFeatures.join(", ")}, in units of the series`,
      classifier: JSON.stringify(choice.spec),
      backend,
      labelModel: collected.ours.model.document.model,
      detectors:
        "LOF 20 neighbors, factor above 1.5; Elliptic Envelope the farthest tenth; ORCE beyond the 97.5 % ellipse of the FAST-MCD covariance; Isolation Forest 100 trees, score above .5: the defaults of scikit-learn. Each sees all features, or the round-trip time alone, whichever agrees better with the truth of validation rows",
    },
    tables: [
      tabulateSources("Figure 7: LSTMs by who labeled the training rows", input, comparison, arkFigure),
      tabulateLfs(input, collected.ours.model.document.weights),
    ],
    charts: [drawSources("ark-lstm.svg", "LSTMs by who labeled the training rows", input, comparison)],
    claims: judgeSources(input, comparison, "on series of round-trip times", "above .9 against below .5"),
    notes: [
      "One LSTM learns from all series; the paper trained one a series, and searched its settings by hand. Here validation rows choose whether labels are weighed by their frequency, for every source of labels alike.",
      "The detectors look for samples that stand out, which a change of level does only while it is new; they never see a label.",
      "The paper's own noise was a value above a threshold of which its labels were made, and its test rows were balanced by synthetic noise. Both favor a threshold, and with half of all rows noise a detector that expects a tenth must fail.",
    ],
  };
}

async function readSeries(input: StudyInput): Promise<RttSeries[]> {
  const paths = input.small
    ? [join(input.examples, "case-studies", "ark", "data", "13746.csv")]
    : await listStudyFiles("ark", input.data ?? "", (name) => name.endsWith(".csv"));
  const series: RttSeries[] = [];
  for (const path of paths) series.push(readMarkedSeries(path, await input.readTable(path)));
  return series;
}

/** Truth of every row: 1 where a marked change lies among the last samples. */
function markDisturbed(series: readonly RttSeries[], { rows }: RttRows): Int8Array {
  const truth = new Int8Array(rows);
  let offset = 0;
  for (const { changes, rttMs } of series) {
    for (let row = 0; row < rttMs.length; row++) {
      if (changes?.[row] === 1) truth.fill(1, offset + row, offset + Math.min(row + STEPS, rttMs.length));
    }
    offset += rttMs.length;
  }
  if (!truth.includes(1)) throw new FlamencoError("FLM_LEARN_ONE_CLASS", "No series has a marked change point.");
  return truth;
}

interface NetworkChoice {
  readonly spec: ClassifierSpec & { readonly model: "lstm" };
  readonly samples: ReturnType<typeof buildSequences>;
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  readonly truth: Int8Array;
}

/** Train with and without class weights, and keep what does better on validation rows. */
async function trainNetwork({ seed, signal }: StudyInput, choice: NetworkChoice, source: LabelSource) {
  const { spec, samples, train, validation, test, truth } = choice;
  const asked = Int32Array.from([...validation, ...test]);
  const known = {
    truth: Int8Array.from(validation, (row) => truth[row]!),
    labelCount: 2,
    unitOfRow: new Int32Array(validation.length),
    units: 1,
  };
  const once = new Float64Array(validation.length).fill(1);
  let best: { score: number; result: SourceResult; backend: string } | undefined;
  for (const classWeights of ["none", "balanced"] as const) {
    const { predicted, backend } = await trainAndPredict({
      spec: { ...spec, classWeights },
      samples,
      labels: source.labels,
      rows: train,
      asked,
      seed,
      signal,
    });
    const score = macroF1(predicted.subarray(0, validation.length), known, once);
    if (best !== undefined && !(score > best.score)) continue;
    const result = { source, predicted: predicted.slice(validation.length), settings: `class weights ${classWeights}` };
    best = { score, result, backend };
  }
  return best!;
}

function tabulateLfs({ sources }: StudyInput, weights: readonly (number | null)[]) {
  return {
    title: "What the label model makes of each function",
    columns: ["labeling function", "weight"],
    rows: sources.lfs.map(({ name }, lf) => [name, weights[lf] ?? null]),
  };
}
