import { counted } from "@flamenco/policies/errors";
import type { CombinationSet, Combinations } from "@flamenco/policies/wire";
import { drawTable, formatShare, toLine } from "../text-table.js";

type Report = Combinations & { readonly split: string };

const columns = (positive: string) => [
  { name: "first LF" },
  { name: "second LF" },
  { name: `LF F1 (${positive})`, numeric: true },
  { name: "tree F1", numeric: true },
  { name: "classifier F1", numeric: true },
  { name: "macro F1", numeric: true },
  { name: "coverage", numeric: true },
  { name: "gained", numeric: true },
  { name: "overlap", numeric: true },
  { name: "conflict", numeric: true },
  { name: "correlation", numeric: true },
];

/** Tables after the paper's 3, 4, 9 and 10: LFs alone, then pairs, best F1 first; then sets, and what to add next. */
export function renderCombinations(report: Report, shown: number): string {
  const { lfs, singles, pairs, grown, growth, next, positive, rankCorrelations } = report;
  const name = (lf: number) => toLine(lfs[lf]!);
  const row = (set: CombinationSet, names: readonly string[]) => [
    ...names,
    formatShare(set.labelModel.positive),
    formatShare(set.tree.positive),
    formatShare(set.endClassifier),
    formatShare(set.labelModel.macro),
    formatShare(set.coverage),
    formatShare(set.coverageGained),
    formatShare(set.overlap),
    formatShare(set.conflict),
    formatShare(set.correlation),
  ];
  const best = [...pairs].sort(
    (a, b) => (b.labelModel.positive ?? -1) - (a.labelModel.positive ?? -1) || b.coverage - a.coverage,
  );
  const hidden = pairs.length - Math.min(shown, pairs.length);
  const table = drawTable(columns(positive), [
    ...singles.map((set) => row(set, [name(set.lfs[0]!), "-"])),
    ...best.slice(0, shown).map((set) => row(set, set.lfs.map(name))),
    ...grown.map((set) => row(set, [`set of ${set.lfs.length}`, `+ ${name(set.lfs.at(-1)!)}`])),
  ]);
  const correlation = ({ value, pairs: count }: { value: number | null; pairs: number }) =>
    value === null ? "unknown" : `${value.toFixed(3)} over ${count} pairs`;
  return [
    `${counted(report.rows, "row")}, ${counted(report.testRows, "test row")} with ground truth; ${report.split}.`,
    "",
    table,
    ...(hidden > 0 ? [`(${hidden} more pairs: --head, or --json for all)`] : []),
    "",
    "Growing a set",
    ...growth.map(({ reason }, index) => `${index + 1}. ${toLine(reason)}`),
    "",
    `What to add next to ${next.base.map(name).join(", ")}`,
    ...(next.additions.length === 0 ? ["Nothing: there is no other labeling function."] : []),
    ...next.additions.slice(0, shown).map(({ reason }, index) => `${index + 1}. ${toLine(reason)}`),
    "",
    "Rank correlation with LF F1",
    `coverage: ${correlation(rankCorrelations.coverage)}; coverage gained: ${correlation(rankCorrelations.coverageGained)}; feature correlation: ${correlation(rankCorrelations.featureCorrelation)}`,
    ...report.reasons.map((reason) => `Note: ${reason}`),
  ].join("\n");
}
