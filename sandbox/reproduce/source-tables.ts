import { drawBars } from "../plots/index.js";
import { Bootstrap } from "./bootstrap.js";
import type { LabelSource } from "./label-sources.js";
import { ourSource } from "./label-sources.js";
import { reproduceLimits } from "./limits.js";
import type { SourceFigure } from "./paper-figures.js";
import { formatInterval } from "./report-text.js";
import { macroF1, meanF1OverUnits, type RowScore } from "./row-scores.js";
import type { RttRows } from "./rtt-rows.js";
import type { StudyInput } from "./study-input.js";
import type { Claim, Interval, ReportChart, ReportTable } from "./study-report.js";

/** Predictions of the test rows by a classifier that learned from one source's labels. */
export interface SourceResult {
  readonly source: LabelSource;
  readonly predicted: Int8Array;
  /** Settings that validation rows or folds chose. */
  readonly settings: string;
}

/** The classifiers of one experiment, on the same test rows. */
export interface SourceComparison {
  readonly results: readonly SourceResult[];
  readonly bootstrap: Bootstrap;
  /** How well each source's labels themselves agree with the truth on the rows that were learned from. */
  readonly labelScores: ReadonlyMap<string, number>;
}

/** @param testRows rows of the predictions; whole series are drawn again for the intervals */
export function compareSources(
  { seed, small }: StudyInput,
  rows: RttRows,
  truth: Int8Array,
  learned: Uint8Array,
  testRows: Int32Array,
  results: readonly SourceResult[],
): SourceComparison {
  const taught = Int32Array.from(learned.keys()).filter((row) => learned[row] === 1);
  const ofTaught = {
    truth: Int8Array.from(taught, (row) => truth[row]!),
    labelCount: 2,
    unitOfRow: Int32Array.from(taught, (row) => rows.seriesOfRow[row]!),
    units: rows.series,
  };
  const once = new Float64Array(taught.length).fill(1);
  return {
    results,
    bootstrap: new Bootstrap(
      {
        truth: Int8Array.from(testRows, (row) => truth[row]!),
        labelCount: 2,
        unitOfRow: Int32Array.from(testRows, (row) => rows.seriesOfRow[row]!),
        units: rows.series,
      },
      { seed, resamples: small ? reproduceLimits.smallResamples : reproduceLimits.resamples },
    ),
    labelScores: new Map(
      results.map(({ source }) => {
        const { weights } = source.labels;
        const labels = Int8Array.from(taught, (row) => (weights[row * 2 + 1]! > weights[row * 2]! ? 1 : 0));
        return [source.name, macroF1(labels, ofTaught, once)];
      }),
    ),
  };
}

/** The figure as a table: one line a source of labels. */
export function tabulateSources(
  title: string,
  { sources: { labels } }: StudyInput,
  { results, bootstrap, labelScores }: SourceComparison,
  figure: SourceFigure,
): ReportTable {
  return {
    title,
    columns: [
      "labels by",
      "F1, paper",
      `F1 of ${labels[0]}, mean over series`,
      `F1 of ${labels[1]}, mean over series`,
      "macro F1, all rows",
      "macro F1 of the labels themselves",
      "settings chosen",
    ],
    rows: results.map(({ source, predicted, settings }) => [
      source.name,
      source.name === ourSource ? figure.ours : source.kind === "baseline" ? figure.baselines[source.name]! : null,
      bootstrap.score(predicted, meanF1OverUnits(0)),
      bootstrap.score(predicted, meanF1OverUnits(1)),
      bootstrap.score(predicted, macroF1),
      labelScores.get(source.name) ?? null,
      [source.detail, settings].filter((part) => part !== "").join("; "),
    ]),
    note: "On test rows, with 95 % bootstrap intervals over series. The paper prints no numbers on the bars; its words are given.",
  };
}

/** The figure as a drawing. */
export function drawSources(
  file: string,
  title: string,
  { sources: { labels } }: StudyInput,
  { results, bootstrap }: SourceComparison,
): ReportChart {
  const bars = (score: RowScore) => results.map(({ predicted }) => bootstrap.score(predicted, score));
  return {
    file,
    caption: `${title}: F1 on test rows, with 95 % intervals over series.`,
    svg: drawBars({
      title,
      axis: "F1 on test rows",
      groups: results.map(({ source }) => source.name),
      series: [
        { name: `F1 of ${labels[0]}`, bars: bars(meanF1OverUnits(0)) },
        { name: `F1 of ${labels[1]}`, bars: bars(meanF1OverUnits(1)) },
        { name: "macro F1", bars: bars(macroF1) },
      ],
    }),
  };
}

/**
 * "Classifiers trained on our labels beat those trained on the baselines' labels": by every baseline, and by more than whole series
 * drawn anew would change.
 * @param where the experiment, in words
 */
export function judgeSources(
  { sources: { labels } }: StudyInput,
  { results, bootstrap }: SourceComparison,
  where: string,
  paper: string,
): Claim[] {
  const ours = results.find(({ source }) => source.name === ourSource)!;
  const baselines = results.filter(({ source }) => source.kind === "baseline");
  const measures: readonly (readonly [string, RowScore])[] = [
    [`F1 of ${labels[0]}, mean over series (the paper's measure)`, meanF1OverUnits(0)],
    ["macro F1, in which the rare label counts as much", macroF1],
  ];
  return measures.map(([name, score]) => {
    const leads = baselines.map(({ source, predicted }) => ({
      name: source.name,
      lead: bootstrap.compare(ours.predicted, predicted, score),
    }));
    const ahead = leads.filter(({ lead }) => isAhead(lead)).length;
    return {
      claim: `Classifiers trained on our labels beat those trained on the four baselines' labels, ${where}, by ${name} (paper: ${paper}).`,
      verdict: ahead === leads.length ? "holds" : "does not hold",
      because: `Ahead of ${ahead} of ${leads.length} with the whole interval; by: ${leads.map((one) => `${one.name} ${formatInterval(one.lead)}`).join("; ")}.`,
    };
  });
}

/** Above 0 with its whole interval, where there is one: a single series has none. */
const isAhead = ({ value, interval }: Interval): boolean =>
  value !== null && value > 0 && (interval === null || interval[0] > 0);
