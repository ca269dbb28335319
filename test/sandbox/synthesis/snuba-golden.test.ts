import { existsSync, readFileSync } from "node:fs";
import { readFeatureTable, synthesizeLfs, writeLfPackage } from "@flamenco/sandbox/synthesis";
import t from "tap";
import { plainOptions } from "./generated-table.js";

interface Reference {
  readonly features: string[];
  readonly validationRows: number;
  readonly trainRows: number;
  readonly validation: { readonly f1: [number, number]; readonly coverage: number; readonly accuracyOnCovered: number };
  readonly train: Reference["validation"];
}

const references: Record<string, Reference> = JSON.parse(
  readFileSync(new URL("../../../vectors/synthesis/snuba.json", import.meta.url), "utf8"),
);
const folder = new URL("../../../../../shared/golden/", import.meta.url);
/** Measured tolerance of the task: within it of upstream, or above. */
const TOLERANCE = 0.02;

for (const [name, reference] of Object.entries(references)) {
  const file = new URL(`${name}.csv`, folder);
  const skip = existsSync(file) ? false : "the table is not on this machine";
  t.test(
    `${name}: F1 and coverage are upstream's or better, thresholds as the source says them`,
    { skip },
    async (t) => {
      const lines = readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
      const [header = [], ...rows] = lines;
      const columns = new Map(header.map((heading, index) => [heading, rows.map((row) => row[index] ?? "")]));
      const table = readFeatureTable(
        { rows: rows.length, columns },
        { label: { column: "y", taskId: "golden" }, split: "split" },
      );
      t.strictSame(
        table.features.map((feature) => feature.name),
        reference.features,
      );
      t.strictSame(
        [table.validation.truth.length, table.train.truth.length],
        [reference.validationRows, reference.trainRows],
      );
      const { lfs, final } = synthesizeLfs(table, plainOptions);
      for (const split of ["validation", "train"] as const) {
        const scores = final?.[split];
        for (const label of [0, 1] as const) {
          const [ours, theirs] = [scores?.f1[label] ?? 0, reference[split].f1[label]];
          t.ok(
            ours >= theirs - TOLERANCE,
            `${split} F1 of label ${label}: ${ours.toFixed(4)}, upstream ${theirs.toFixed(4)}`,
          );
        }
        t.ok((scores?.coverage ?? 0) >= reference[split].coverage - TOLERANCE, `${split} coverage`);
        t.ok((scores?.accuracy ?? 0) >= reference[split].accuracyOnCovered - TOLERANCE, `${split} accuracy`);
      }
      t.ok(
        writeLfPackage({ ...table, name: "local/golden", lfs }).sources.length > 0,
        "the verifier accepts all of it",
      );
    },
  );
}
