import type { PipelineStep } from "@flamenco/policies/wire";
import { type ColumnTable, numbersOf, rowsOf, textsOf, withColumn } from "./column-table.js";
import { matchAlerts, openAlerts } from "./label-windows.js";
import { readCondition, selectRows } from "./row-condition.js";

export type LabelStep = Extract<PipelineStep, { step: "label" }>;

/** Column that a `label` step writes when it names none. */
export const defaultLabelColumn = "label";

/**
 * Ground-truth helpers (§3.3.1 "Feature augmentation", steps 4 and 5; §4.4 for alerts): a column of labels by rules, by an alert
 * report or by the cells of another column. A row that nothing applies to has the label `otherwise`, or none.
 * @throws FLM_FIELD_MISSING, FLM_SCHEMA, FLM_USAGE
 */
export function labelTable(table: ColumnTable, step: LabelStep): { table: ColumnTable; rows: Record<string, number> } {
  const labels = labelRows(table, step).map((label) => label ?? step.otherwise ?? "");
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rows = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { table: withColumn(table, step.into ?? defaultLabelColumn, labels), rows };
}

function labelRows(table: ColumnTable, step: LabelStep): (string | undefined)[] {
  if (step.by === "column") {
    const map = new Map(Object.entries(step.map));
    return textsOf(table, step.column).map((cell) => map.get(cell.trim()));
  }
  const labels = new Array<string | undefined>(rowsOf(table)).fill(undefined);
  if (step.by === "rule") {
    for (const { label, when } of step.rules) {
      const mask = selectRows(table, readCondition(when));
      for (let row = 0; row < labels.length; row++) if (mask[row] === 1) labels[row] ??= label;
    }
    return labels;
  }
  const alerts = openAlerts(step.alerts);
  const matches = matchAlerts(
    {
      timesMs: numbersOf(table, step.time),
      addresses: (step.addresses ?? []).map((name) => textsOf(table, name)),
      ports: (step.ports ?? []).map((name) => numbersOf(table, name)),
    },
    alerts,
  );
  return labels.map((_, row) => (matches[row]! < 0 ? undefined : (alerts[matches[row]!]!.label ?? step.label)));
}
