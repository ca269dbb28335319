import { basename } from "node:path";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import { drawBars } from "../plots/index.js";
import { balanceFlows, type FlowColumn, type FlowFile, readFlows } from "./flow-rows.js";
import { type FlowStudy, runFlowStudy } from "./flow-sets.js";
import {
  findSet,
  nameSet,
  rankPairs,
  tabulateDifferences,
  tabulateSets,
  tabulateTriples,
  tabulateValidated,
} from "./flow-tables.js";
import { worfFigures } from "./paper-figures.js";
import { formatInterval, formatNumber } from "./report-text.js";
import { differenceOf, f1Of } from "./row-scores.js";
import { listStudyFiles, missingData } from "./study-data.js";
import type { StudyInput } from "./study-input.js";
import type { Claim, Interval, StudyReport } from "./study-report.js";

const { oneFeature, twoFeatures, triples, differences } = worfFigures;

/** nfdump's columns; its bytes are those of IP packets. */
const fields: readonly FlowColumn[] = [
  { field: "srcPort", column: "Src Port", unit: 1 },
  { field: "packets", column: "Packets", unit: 1 },
  { field: "ipBytes", column: "Bytes", unit: 1 },
];
/** The fields that the paper kept (§4.4): two records that agree in these are duplicates, whoever the addresses are. */
const identity = [
  "First Seen",
  "Last Seen",
  "Duration",
  "Src Port",
  "Bits Per Second",
  "Packets Per Second",
  "Bytes Per Package",
  "Packets",
  "Bytes",
] as const;

const BENIGN = /^ndpi_mixed_flows\.csv\.gz$/;
/** Rows of each label, at most. */
const mostRows = { full: 150_000, small: 600 } as const;

/** Case study 4 (§4.4): NetFlow records of attacks, thresholds that are statistics. */
export async function runWorfStudy(input: StudyInput): Promise<StudyReport> {
  const read = readFlows(await readFiles(input), fields, () => identity);
  const flows = balanceFlows(read, input.small ? mostRows.small : mostRows.full, input.seed);
  const { lfs } = input.sources;
  const pairs = lfs.flatMap(({ name }, index) => lfs.slice(index + 1).map((other) => [name, other.name]));
  const listed = [...oneFeature, ...twoFeatures].map((set) => set.lfs);
  const known = new Set(listed.map((names) => nameSet([...names].sort())));
  const sets = [
    ...new Map(listed.map((names) => [nameSet(names), names])).values(),
    ...pairs.filter((names) => !known.has(nameSet([...names].sort()))),
    ...lfs.map(({ name }) => [name]).filter(([name]) => !known.has(name!)),
  ];
  const spec = classifierOf(input);
  const study = await runFlowStudy(input, flows, sets, spec);
  const ranks = rankPairs(input, study, flows);
  const constant = new Int8Array(study.testRows.length).fill(input.sources.labels.indexOf(input.sources.positive));
  const always = study.bootstrap.score(constant, positiveF1(input));
  return {
    study: "worf",
    title: "Worf, NetFlow records of attacks",
    paper: "section 4.4, Tables 9 to 12",
    small: input.small,
    seed: input.seed,
    difference:
      "The paper took 300,000 records of an exchange point under NTP attacks; here are records of nfdump from five captures of SYN floods and of SYN-ACK and ISAKMP reflection, and from captures of ordinary applications: no NTP attack among them.",
    truth:
      "The capture: every record of an attack's capture counts as attack, every record of the mixed applications as benign.",
    sizes: {
      rowsRead: read.read,
      unusable: read.unusable,
      duplicates: read.duplicates,
      rows: flows.truth.length,
      attack: flows.truth.reduce((sum, label) => sum + label, 0),
      testRows: study.testRows.length,
    },
    settings: { split: "64/16/20, stratified", classifier: JSON.stringify(spec), backend: study.backend },
    tables: [
      tabulateSets("Table 9: two labeling functions on bytes", input, study, flows, oneFeature),
      tabulateSets("Table 10: labeling functions on two features", input, study, flows, twoFeatures),
      tabulateTriples("Table 11: label model, classifier and tree", input, study, triples),
      tabulateDifferences("Table 12: how often predictions differ", study, differences),
      tabulateValidated(input, study, [...oneFeature, ...twoFeatures]),
      tabulateRedundancy(input, study),
    ],
    charts: [drawSets(input, study)],
    claims: judgeRedundancy(input, study),
    notes: [
      `A predictor that calls every test row benign has F1 ${formatInterval(always)}: the paper's .667, which many of its sets share, is the F1 of that predictor on two equal classes.`,
      `Over all pairs, coverage ranks with LF F1 at ${formatNumber(ranks.coverage.value)} and correlation of features at ${formatNumber(ranks.featureCorrelation.value)} (Spearman, ${ranks.coverage.pairs} pairs; the paper: coverage matters, correlation hardly).`,
      "The paper's Table 12 names other functions than its text in the third set; the text's are shown.",
    ],
  };
}

async function readFiles(input: StudyInput): Promise<FlowFile[]> {
  const files = await listStudyFiles("worf", input.data ?? "", (name) => name.endsWith(".csv.gz"));
  const benign = files.filter((path) => BENIGN.test(basename(path)));
  if (benign.length === 0 || benign.length === files.length) {
    throw missingData("worf", "benign records, or those of attacks, are not there");
  }
  return Promise.all(
    files.map(async (path) => {
      const attack = !benign.includes(path);
      return { table: await input.readTable(path), isAttack: () => attack };
    }),
  );
}

/** The paper's LSTM (§4.4). Neighbors in these files are of one class, which a longer sequence would give away: it is one row. */
const classifierOf = ({ small }: StudyInput): ClassifierSpec =>
  small
    ? { model: "forest", trees: 20, classWeights: "balanced" }
    : { model: "lstm", steps: 1, units: 32, batch: 256, epochs: 30, learningRate: 0.005, classWeights: "balanced" };

const positiveF1 = ({ sources }: StudyInput) => f1Of(sources.labels.indexOf(sources.positive));

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
  const score = positiveF1(input);
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

function tabulateRedundancy(input: StudyInput, study: FlowStudy) {
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
function judgeRedundancy(input: StudyInput, study: FlowStudy): Claim[] {
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
      because: `${learned.length} of ${redundant.length} redundant pairs come within ${EQUAL_WITHIN} of the wider function's classifier; F1 gained: ${gains.join("; ")}. A second vote makes the soft label surer, and a classifier learns how sure it is.`,
    },
  ];
}

/** Classifiers are equal within this, the difference that a change of seed makes. */
const EQUAL_WITHIN = 0.01;

function drawSets(input: StudyInput, study: FlowStudy) {
  const score = positiveF1(input);
  const bars = (name: "labelModel" | "classifier") =>
    oneFeature.map(({ lfs }) => study.bootstrap.score(findSet(study, lfs).predictions[name], score));
  return {
    file: "worf-bytes.svg",
    caption: "F1 of benign by two thresholds on bytes, alone and combined, the paper's beside ours.",
    svg: drawBars({
      title: "Two thresholds on bytes, alone and combined",
      axis: "F1 of benign",
      groups: ["≤ 75th percentile", "≤ mean", "both"],
      series: [
        {
          name: "LF, paper",
          hollow: true,
          bars: oneFeature.map(({ labelModel }) => ({ value: labelModel, interval: null })),
        },
        { name: "LF, here", bars: bars("labelModel") },
        {
          name: "classifier, paper",
          hollow: true,
          bars: oneFeature.map(({ classifier }) => ({ value: classifier, interval: null })),
        },
        { name: "classifier, here", bars: bars("classifier") },
      ],
    }),
  };
}
