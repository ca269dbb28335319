import type { ClassifierSpec } from "@flamenco/policies/wire";
import type { FlowRows } from "./flow-rows.js";
import type { FlowStudy } from "./flow-sets.js";
import type { StudyReport } from "./study-report.js";

/** What the report of a flow study says of its rows and settings. */
export function describeFlowStudy(
  { read, unusable, duplicates, truth }: FlowRows,
  { testRows, backend }: FlowStudy,
  spec: ClassifierSpec,
): Pick<StudyReport, "sizes" | "settings"> {
  return {
    sizes: {
      rowsRead: read,
      unusable,
      duplicates,
      rows: truth.length,
      attack: truth.reduce((sum, label) => sum + label, 0),
      testRows: testRows.length,
    },
    settings: { split: "64/16/20, stratified", classifier: JSON.stringify(spec), backend },
  };
}
