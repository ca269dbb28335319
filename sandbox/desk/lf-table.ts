import { decideLf, interpretLf } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { type LabelModelName, labelModelNames, type Metrics, type TreeOutput } from "@flamenco/policies/wire";
import { type Command, Option } from "commander";
import {
  buildChainTree,
  buildExactTree,
  type ExactTree,
  measureImportance,
  orderLfs,
  predictChain,
} from "../explain/index.js";
import {
  buildHistogram,
  buildMetrics,
  type FittedLabelModel,
  fitLabelModel,
  histogramOf,
  type IndexedHistogram,
  predictPatterns,
  predictSoftLabels,
} from "../labeling/index.js";
import { selectSplit, splitRows } from "../preprocess/index.js";
import { type KindTable, readKindTable, readTruth } from "./kind-table.js";
import { type LfSources, readLfSources } from "./lf-sources.js";
import { readTable } from "./table-file.js";

/** Options of commands that run LFs on a table. */
export interface LfTableOptions {
  readonly data: string;
  readonly truth?: string;
  readonly model: LabelModelName;
  readonly kind?: string;
  readonly labels?: string;
  readonly seed: string;
  readonly json?: boolean;
}

export function addLfTableOptions(command: Command): Command {
  return command
    .requiredOption("--data <file>", "CSV file whose columns are named as the kind's fields")
    .option("--truth <column>", "column with the true label of rows, by name; empty where unknown")
    .addOption(new Option("--model <name>", "how votes become soft labels").choices(labelModelNames).default("auto"))
    .option("--kind <kind>", "kind of rows (default: that of flamenco.json, else flow/1)")
    .option("--labels <names>", "labels of the task, in order (default: those of flamenco.json, else benign,attack)")
    .option("--seed <number>", "of the split of rows and the random forest", "1")
    .option("--json", "answer with one JSON document on standard output");
}

/** LFs, the votes that they cast on a table, and the label model of these votes. */
export interface LfTable {
  readonly sources: LfSources;
  readonly table: KindTable;
  readonly votes: IndexedHistogram;
  /** Label index of each row; null without `--truth`. */
  readonly truth: Int8Array | null;
  readonly parts: Uint8Array;
  readonly model: FittedLabelModel;
  readonly seed: number;
}

/** Rows between two looks at the clock. */
const ROWS_A_LOOK = 5000;
const QUIET_MILLISECONDS = 2000;

/**
 * Cast the votes of LFs on a table, row by row, and fit the label model on its training split as a run does. By the
 * interpreter: text made from sources is compiled in sealed isolates only.
 * @throws what reading sources and tables throws, FLM_USAGE for a seed that is none
 */
export async function openLfTable(path: string, options: LfTableOptions): Promise<LfTable> {
  if (!/^\d{1,9}$/.test(options.seed)) throw new FlamencoError("FLM_USAGE", "--seed takes a whole number.");
  const seed = Number(options.seed);
  const sources = await readLfSources(path, options);
  const text = await readTable(options.data);
  const { lfs, labels, local } = sources;
  const table = readKindTable(
    text,
    lfs.map(({ verified }) => verified),
    sources.kind,
    local,
  );
  const truth = options.truth === undefined ? null : readTruth(text, options.truth, labels, local);
  const votes = castVotes(sources, table);
  const parts = splitRows({ rows: table.rows, seed, preset: "flow", ...(truth === null ? {} : { truth }) });
  const part = (name: "train" | "validation") =>
    histogramOf(votes.patternOfRow, votes.histogram, selectSplit(parts, name), truth ?? undefined);
  const model = fitLabelModel(part("train"), {
    model: options.model,
    labels,
    lfNames: lfs.map(({ name }) => name),
    validation: part("validation"),
  });
  return { sources, table, votes, truth, parts, model, seed };
}

function castVotes({ lfs, labels }: LfSources, table: KindTable): IndexedHistogram {
  const votes = new Int8Array(table.rows * lfs.length);
  let told = performance.now() + QUIET_MILLISECONDS;
  for (let row = 0; row < table.rows; row++) {
    const values = table.rowAt(row);
    for (const [lf, { verified }] of lfs.entries()) {
      votes[row * lfs.length + lf] = interpretLf(verified, values, table.statistics);
    }
    if (row % ROWS_A_LOOK === 0 && performance.now() > told) {
      process.stderr.write(`${Math.floor((100 * row) / table.rows)} % of ${table.rows} rows have votes\n`);
      told = performance.now() + QUIET_MILLISECONDS;
    }
  }
  return buildHistogram({ votes, lfCount: lfs.length, labelCount: labels.length });
}

/** The tree that was asked for, beside what explains it. */
export interface DeskTree extends TreeOutput {
  /** For walking rows; null for a chain. */
  readonly decision: ExactTree["decision"];
  readonly metrics: Metrics;
}

export interface TreeChoice {
  readonly form: "chain" | "exact";
  /** Leave out of an exact tree what no row can reach under the table's statistics. */
  readonly resolve?: boolean;
}

/** Draw the tree of a table's LFs, with the shares of all its rows, and compare it with the label model on the test split. */
export function growTree(
  { sources, table, votes, truth, parts, model, seed }: LfTable,
  { form, resolve = false }: TreeChoice,
): DeskTree {
  const { lfs, labels, positive } = sources;
  const { histogram, patternOfRow } = votes;
  const labeled = truth?.some((label, row) => label >= 0 && parts[row] === 0) === true;
  const importance = measureImportance({
    columns: table.columns,
    labels:
      truth !== null && labeled
        ? { truth, labelCount: labels.length }
        : { patternOfRow, soft: predictSoftLabels(model, histogram) },
    parts,
    seed,
  });
  const read = lfs.map(({ name, verified }) => ({ name, fields: verified.certificate.fields }));
  const { order, importance: importanceOfLf } = orderLfs(read, importance.features);
  const exact =
    form === "exact"
      ? buildExactTree({
          lfs,
          labels,
          model,
          importance: importance.features,
          order,
          histogram,
          ...(resolve ? { statistics: table.statistics } : {}),
        })
      : undefined;
  const tree =
    exact?.tree ??
    buildChainTree({
      lfs: lfs.map(({ name, verified }) => ({ name, decision: decideLf(verified).tree })),
      order,
      labels,
      histogram,
    });
  const test = histogramOf(patternOfRow, histogram, selectSplit(parts, "test"), truth ?? undefined);
  return {
    form: exact?.form ?? "chain",
    ...(exact?.reason === undefined ? {} : { reason: exact.reason }),
    order: order.map((lf) => ({ lf: lfs[lf]!.name, importance: importanceOfLf[lf] ?? null })),
    importance,
    tree,
    decision: exact?.decision ?? null,
    metrics: buildMetrics({
      test,
      task: { id: "desk", labels: [...labels], positive },
      labelModel: predictPatterns(model, test),
      tree: predictChain(order, test),
      ...(exact === undefined ? {} : { exactTree: exact.predict(test) }),
    }),
  };
}
