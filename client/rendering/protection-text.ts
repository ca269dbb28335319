import { counted } from "@flamenco/policies/errors";
import type { PrivacyBound, Result } from "@flamenco/policies/wire";
import { formatCount, toLine } from "../terminal/index.js";

/** What each release promises of any one privacy unit, in two lines; nothing where all are exact. */
export function renderProtection(results: readonly Result[]): string | undefined {
  if (results.every(({ release }) => release.bound === undefined)) return undefined;
  return results
    .map(({ node, release: { preset, bound } }) => {
      const promise = bound === undefined ? "exact: no noise was added" : describeBound(bound);
      return `${toLine(node)} (${preset}): ${promise}.`;
    })
    .join("\n");
}

/** `epsilon 0.500 at delta 1.0e-6 for each host-day, …`; sizes of noise as standard deviations. */
function describeBound({
  epsilon,
  delta,
  microRho,
  unit,
  rowsPerUnit,
  minimumSupportRows,
  noise,
  catalogue,
}: PrivacyBound): string {
  const counts: [title: string, sigma: number | null][] = [
    ["votes", noise.votes],
    ["the number of rows", noise.rows],
    ["predictions", noise.confusion],
    ["leaves", noise.leaves],
  ];
  const sizes = counts.flatMap(([title, sigma]) =>
    sigma === null ? [] : [`${title} ${Number(sigma.toPrecision(3))}`],
  );
  return [
    `epsilon ${epsilon.toPrecision(3)} at delta ${delta.toExponential(1)} (${formatCount(microRho)} micro-rho) for each ${toLine(unit)}, of which at most ${counted(rowsPerUnit, "row counts|rows count")}`,
    `  noise of one count, in rows: ${sizes.join(", ")}; counts below ${minimumSupportRows} and four times their noise are not shown`,
    ...(catalogue === undefined
      ? []
      : [
          `  functions compared with noisy statistics of ${catalogue.columns.map((column) => toLine(column)).join(", ")}, drawn once for the dataset version at epsilon ${catalogue.epsilon} a column (${formatCount(catalogue.microRho)} micro-rho)`,
        ]),
  ].join(".\n");
}
