import { basename } from "node:path";
import type { ClassifierSpec } from "@flamenco/policies/wire";
import { describeFlowStudy } from "./flow-facts.js";
import { balanceFlows, type FlowColumn, type FlowFile, readFlows } from "./flow-rows.js";
import { runFlowStudy } from "./flow-sets.js";
import {
  nameSet,
  rankPairs,
  tabulateDifferences,
  tabulateSets,
  tabulateTriples,
  tabulateValidated,
} from "./flow-tables.js";
import { worfFigures } from "./paper-figures.js";
import { judgeRedundancy, tabulateRedundancy } from "./redundancy.js";
import { formatInterval, formatNumber } from "./report-text.js";
import { f1Of } from "./row-scores.js";
import { drawSets } from "./sets-chart.js";
import { listStudyFiles, missingData } from "./study-data.js";
import type { StudyInput } from "./study-input.js";
import type { StudyReport } from "./study-report.js";

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
  const always = study.bootstrap.score(constant, f1Of(input.sources.labels.indexOf(input.sources.positive)));
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
    ...describeFlowStudy(flows, study, spec),
    tables: [
      tabulateSets("Table 9: two labeling functions on bytes", input, study, flows, oneFeature),
      tabulateSets("Table 10: labeling functions on two features", input, study, flows, twoFeatures),
      tabulateTriples("Table 11: label model, classifier and tree", input, study, triples),
      tabulateDifferences("Table 12: how often predictions differ", study, differences),
      tabulateValidated(input, study, [...oneFeature, ...twoFeatures]),
      tabulateRedundancy(input, study),
    ],
    charts: [
      drawSets(input, study, oneFeature, {
        file: "worf-bytes.svg",
        caption: "F1 of benign by two thresholds on bytes, alone and combined, the paper's beside ours.",
        title: "Two thresholds on bytes, alone and combined",
        groups: ["≤ 75th percentile", "≤ mean", "both"],
      }),
    ],
    claims: judgeRedundancy(input, study),
    notes: [
      `A predictor that calls every test row benign has F1 ${formatInterval(always)}: the paper's .667, which many of its sets share, is the F1 of that predictor on two equal classes.`,
      `Over all pairs, coverage ranks with the F1 of a label model that saw the labels of validation rows at ${formatNumber(ranks.coverage.value)} and correlation of features at ${formatNumber(ranks.featureCorrelation.value)} (Spearman, ${ranks.coverage.pairs} pairs; the paper: coverage matters, correlation hardly).`,
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
