import { describeSwamped, type Remedies } from "@flamenco/policies/release";
import type { BudgetShare, ReleaseEstimate } from "../sdk/index.js";
import { drawTable, formatCount, type Terminal, toLine } from "../terminal/index.js";
import { formatEpsilon } from "./node-table.js";

/** What a protected release would cost, how much noise it would carry, and whether a node would do it. */
export function renderEstimate(terminal: Terminal, estimate: ReleaseEstimate): string {
  const { dataset, preset, rules, plan } = estimate;
  const { rows, lfs, outputs } = plan.request;
  return [
    `A release under ${preset}${dataset === null ? "" : ` of ${toLine(dataset.name)} on ${toLine(dataset.node)}`}: ${countLfs(lfs)}, about ${formatCount(rows)} rows, of ${outputs.join(", ")}.`,
    `Price: epsilon ${plan.epsilonSpent.toPrecision(3)} at delta ${plan.delta.toExponential(1)} (${formatCount(plan.microRho)} micro-rho) for each ${rules.privacyUnit}, of which at most ${rules.rowsPerUnit} rows count.`,
    ...renderCatalogue(estimate),
    renderBudgets(terminal, estimate),
    renderErrors(terminal, estimate),
    renderVerdict(estimate),
    dataset === null
      ? "An operator may have rules of its own, and releases before yours: --node NAME asks a node. A refusal costs nothing."
      : `The node said so at ${dataset.at}. What was released before costs nothing again, nor does a refusal.`,
  ].join("\n\n");
}

function renderCatalogue({ catalogue: { columns, epsilon, microRho } }: ReleaseEstimate): string[] {
  if (columns.length === 0) return [];
  return [
    `Statistics: the functions compare with those of ${columns.map((column) => toLine(column)).join(", ")}. Each column costs epsilon ${epsilon} (${formatCount(microRho)} micro-rho) more, once for a dataset version: nothing where it was drawn before.`,
  ];
}

function renderBudgets(terminal: Terminal, { dataset, budgets }: ReleaseEstimate): string {
  const told = dataset !== null;
  const titles = [
    "epsilon",
    ...(told ? ["epsilon left"] : []),
    "one release takes",
    "releases",
    ...(told ? ["releases left"] : []),
  ];
  const cells = ({ epsilon, leftEpsilon, share, releases, leftReleases }: BudgetShare): string[] => [
    String(epsilon),
    ...(told ? [leftEpsilon === null ? "not told" : formatEpsilon(leftEpsilon)] : []),
    percent(share),
    formatCount(releases),
    ...(told ? [leftReleases === null ? "not told" : formatCount(leftReleases)] : []),
  ];
  return drawTable(
    terminal,
    [{ title: "budget" }, ...titles.map((title) => ({ title, align: "right" as const }))],
    [
      ["yours, of a dataset version", ...cells(budgets.collaborator)],
      ["everybody's, of a dataset", ...cells(budgets.dataset)],
    ],
  );
}

function renderErrors(terminal: Terminal, { plan: { parts, expected } }: ReleaseEstimate): string {
  const lines: [title: string, sigma: number | undefined, error: number | null][] = [
    ["coverage of a labeling function", parts.votes.sigma, expected.coverage],
    ["accuracy that labels lose", parts.votes.sigma, expected.labelAccuracyLoss],
    ["F1, where a dataset has ground truth", parts.confusion?.sigma, expected.f1],
    ["share of a leaf of the tree", parts.leaves?.sigma, expected.leafShare],
  ];
  return drawTable(
    terminal,
    [
      { title: "expected error" },
      { title: "of the noise alone", align: "right" },
      { title: "noise of a count", align: "right" },
    ],
    lines.flatMap(([title, sigma, error]) =>
      sigma === undefined || error === null ? [] : [[title, `${digits(error * 100)} points`, `${digits(sigma)} rows`]],
    ),
  );
}

function renderVerdict({
  dataset,
  preset,
  epsilonAtMost,
  plan,
  affordable,
  swamped,
  remedies,
}: ReleaseEstimate): string {
  if (!affordable) return "A node would refuse it: what is left of a budget does not pay for it. Ask the operator.";
  if (remedies === null) {
    return dataset?.preset === "open" && preset !== "open"
      ? `The rules of ${preset} permit it. The dataset is under open: without noise a release costs nothing.`
      : `The rules of ${preset} permit it.`;
  }
  const ways = describeRemedies(remedies, preset, epsilonAtMost);
  return [
    `A node would refuse it, for its noise would swamp it: ${describeSwamped(plan, swamped)}.`,
    ways.length === 0
      ? "Nothing alone would do."
      : `Each of these would do:\n${ways.map((way) => `  ${way}`).join("\n")}`,
  ].join("\n");
}

function describeRemedies({ rows, epsilon, lfs }: Remedies, preset: string, epsilonAtMost: number): string[] {
  const above = `; ${preset} gives at most ${epsilonAtMost} to a release, so its operator would have to allow more`;
  return [
    ...(rows === null ? [] : [`a dataset of ${formatCount(rows)} rows`]),
    ...(epsilon === null ? [] : [`an epsilon of ${epsilon}${epsilon > epsilonAtMost ? above : ""}`]),
    ...(lfs === null ? [] : [countLfs(lfs)]),
  ];
}

const countLfs = (lfs: number): string => (lfs === 1 ? "1 labeling function" : `${lfs} labeling functions`);

/** Two digits, without an exponent for what people meet here. */
const digits = (value: number): string => String(Number(value.toPrecision(2)));

const percent = (share: number): string => `${digits(share * 100)} %`;
