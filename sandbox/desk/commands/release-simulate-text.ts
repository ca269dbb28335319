import { counted } from "@flamenco/policies/errors";
import { drawTable, formatShare, toLine } from "../text-table.js";
import type { SimulationReport } from "./release-simulate-report.js";

/** Pairwise agreement is drawn up to so many LFs; wider tables do not fit a terminal. */
const SHOWN_AGREEMENT = 12;

/** The report as tables: exact | released. */
export function renderSimulation(report: SimulationReport): string {
  const { price, expected, lfs, agreement, f1, accuracy, labels } = report;
  const both = (exact: number | null, released: number | null) => `${formatShare(exact)} | ${formatShare(released)}`;
  const unit = report.unit === null ? "row" : toLine(report.unit);
  const points = (share: number) => `${Number((share * 100).toPrecision(2))} points`;
  const sections = [
    toLine(report.notice),
    `Preset ${report.preset}, epsilon ${price.epsilonSpent.toFixed(3)} at delta ${price.delta.toPrecision(2)} (${price.microRho} micro-rho). Unit: ${unit}, ${report.units} of them with at most ${counted(report.rowsPerUnit, "row")} each: ${report.countedRows} of ${counted(report.rows, "row")} count. Noise of a count of votes: ${price.parts.votes.sigma.toFixed(1)} rows.
Expected error: coverage ${points(expected.coverage)}, label accuracy ${points(expected.labelAccuracyLoss)}${expected.f1 === null ? "" : `, F1 ${points(expected.f1)}`}.${describeCapped(report)}`,
    drawTable(
      [
        { name: "labeling function" },
        { name: "coverage: exact | released", numeric: true },
        { name: "weight: exact | released", numeric: true },
      ],
      lfs.map(({ lf, coverage, weight }) => [
        lf,
        both(coverage.exact, coverage.released),
        both(weight.exact, weight.released),
      ]),
    ),
    ...(lfs.length > SHOWN_AGREEMENT
      ? []
      : [
          `Agreement where both vote, exact | released:\n\n${drawTable(
            [{ name: "" }, ...lfs.map(({ lf }) => ({ name: lf, numeric: true }))],
            lfs.map(({ lf }, i) => [
              lf,
              ...lfs.map((_, j) => both(agreement.exact[i]![j]!, agreement.released[i]![j]!)),
            ]),
          )}`,
        ]),
    ...(f1 === null
      ? []
      : [
          drawTable(
            [{ name: "against ground truth" }, { name: "exact | released", numeric: true }],
            [
              ...labels.map((label, index) => [`F1 of ${label}`, both(f1.exact[index]!, f1.released[index]!)]),
              ["accuracy", both(accuracy?.exact ?? null, accuracy?.released ?? null)],
            ],
          ),
        ]),
    ...report.warnings.map((warning) => `Mind: ${toLine(warning)}`),
  ];
  return sections.join("\n\n");
}

/** Cut off by the cap, more than this share of the rows makes the expected errors too small to stand alone. */
const NOTABLE_CUT = 0.25;

/** What is expected follows from the public number of rows; on the operator's desk the number that counts is known as well. */
function describeCapped({ rows, countedRows }: SimulationReport): string {
  if (countedRows === 0 || countedRows >= rows * (1 - NOTABLE_CUT)) return "";
  const times = Number((rows / countedRows).toPrecision(2));
  return ` That supposes that every row counts: expect about ${times} times as much where ${countedRows} of ${rows} do.`;
}
