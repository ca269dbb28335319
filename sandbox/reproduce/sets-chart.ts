import { drawBars } from "../plots/index.js";
import type { FlowStudy } from "./flow-sets.js";
import { findSet, type PaperSet } from "./flow-tables.js";
import { f1Of } from "./row-scores.js";
import type { StudyInput } from "./study-input.js";

/** What a chart of sets of LFs is called, and what stands below its groups of bars, one a set. */
interface SetsChart {
  readonly file: string;
  readonly caption: string;
  readonly title: string;
  readonly groups: readonly string[];
}

/** F1 of benign by sets of LFs: label model and classifier, the paper's (hollow) beside ours with intervals. */
export function drawSets(input: StudyInput, study: FlowStudy, sets: readonly PaperSet[], chart: SetsChart) {
  const { file, caption, title, groups } = chart;
  const score = f1Of(input.sources.labels.indexOf(input.sources.positive));
  const ours = (name: "labelModel" | "classifier") =>
    sets.map(({ lfs }) => study.bootstrap.score(findSet(study, lfs).predictions[name], score));
  const papers = (name: "labelModel" | "classifier") => sets.map((set) => ({ value: set[name], interval: null }));
  return {
    file,
    caption,
    svg: drawBars({
      title,
      axis: "F1 of benign",
      groups,
      series: [
        { name: "LF, paper", hollow: true, bars: papers("labelModel") },
        { name: "LF, here", bars: ours("labelModel") },
        { name: "classifier, paper", hollow: true, bars: papers("classifier") },
        { name: "classifier, here", bars: ours("classifier") },
      ],
    }),
  };
}
