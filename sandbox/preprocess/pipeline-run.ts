import type { Pipeline, PipelineStep } from "@flamenco/policies/wire";
import { augmentedColumns, augmentTable } from "./augment-table.js";
import type { ColumnTable } from "./column-table.js";
import { labelTable } from "./label-table.js";
import type { NearDuplicate } from "./near-duplicates.js";
import { oversampleTable } from "./oversample-table.js";
import { readCondition } from "./row-condition.js";
import { SeededRandom } from "./seeded-random.js";
import { segmentTable } from "./segment-table.js";
import { selectColumns } from "./select-table.js";
import type { SplitName } from "./split.js";
import { splitTable } from "./split-table.js";

/** What a step did. Counts and column names alone, but for the names of labels: no cell. */
export type StepReport =
  | { readonly step: "label"; readonly rows: Readonly<Record<string, number>> }
  | { readonly step: "augment"; readonly columns: readonly string[] }
  | { readonly step: "segment"; readonly groups: number; readonly segments: number }
  | { readonly step: "oversample"; readonly made: number }
  | { readonly step: "select"; readonly columns: readonly string[]; readonly nearDuplicates: readonly NearDuplicate[] }
  | { readonly step: "split"; readonly rows: Readonly<Record<SplitName, number>> };

export interface PipelineRun {
  readonly table: ColumnTable;
  readonly steps: readonly StepReport[];
}

/**
 * Run a pipeline's steps in their order. The same table, pipeline and seed give the same table on every machine.
 * @param seed integer 0..2^53-1; each step has random numbers of its own
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_TOO_FEW_VALUES, FLM_TOO_LARGE, FLM_USAGE
 */
export function runPipeline(table: ColumnTable, { steps }: Pipeline, seed: number): PipelineRun {
  let prepared = table;
  const reports = steps.map((step, index) => {
    const { table: next, ...report } = runStep(prepared, step, (seed + index) % Number.MAX_SAFE_INTEGER);
    prepared = next;
    return { step: step.step, ...report } as StepReport;
  });
  return { table: prepared, steps: reports };
}

function runStep(table: ColumnTable, step: PipelineStep, seed: number): { table: ColumnTable } {
  switch (step.step) {
    case "label":
      return labelTable(table, step);
    case "augment":
      return augmentTable(table, step);
    case "segment":
      return segmentTable(table, step);
    case "oversample":
      return oversampleTable(table, step, new SeededRandom(seed));
    case "select":
      return selectColumns(table, step);
    case "split":
      return splitTable(table, step, seed);
  }
}

/** How a pipeline reads the columns of its table. A column in neither set is read whatever it holds. */
export interface ColumnNeeds {
  readonly numbers: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

/** Columns that a pipeline needs of the table it starts from, by how it reads them; what a step of it makes is not among them. */
export function columnNeedsOf({ steps }: Pipeline): ColumnNeeds {
  const made = new Set<string>();
  const [numbers, texts] = [new Set<string>(), new Set<string>()];
  for (const step of steps) {
    const need = needsOf(step);
    for (const name of need.numbers) if (!made.has(name)) numbers.add(name);
    for (const name of need.texts) if (!made.has(name) && !numbers.has(name)) texts.add(name);
    for (const name of need.makes) made.add(name);
  }
  return { numbers, texts };
}

interface StepNeeds {
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly makes: readonly string[];
}

const some = (...names: readonly (string | undefined)[]) => names.filter((name) => name !== undefined);

function needsOf(step: PipelineStep): StepNeeds {
  switch (step.step) {
    case "label": {
      const makes = [step.into ?? "label"];
      if (step.by === "column") return { numbers: [], texts: [step.column], makes };
      if (step.by === "alerts")
        return { numbers: [step.time, ...(step.ports ?? [])], texts: step.addresses ?? [], makes };
      const conditions = step.rules.map(({ when }) => readCondition(when));
      return {
        numbers: conditions.flatMap(({ numericColumns }) => numericColumns),
        texts: conditions.flatMap(({ textColumns }) => textColumns),
        makes,
      };
    }
    case "augment":
      return { numbers: some(step.column, step.time), texts: step.by ?? [], makes: augmentedColumns(step) };
    case "segment":
      return { numbers: some(step.modesOf), texts: step.by ?? [], makes: [step.into ?? "segment"] };
    case "oversample":
      return {
        numbers: [...Object.keys(step.bounds ?? {}), ...(step.columns ?? [])],
        texts: [step.labels ?? "label"],
        makes: ["synthetic"],
      };
    case "select":
      return { numbers: [], texts: [], makes: [] };
    case "split":
      return { numbers: some(step.time), texts: some(step.stratify, step.within), makes: [step.into ?? "split"] };
  }
}
