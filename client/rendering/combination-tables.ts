import type { CombinationSet, Combinations, Result } from "@flamenco/policies/wire";
import { drawTable, formatShare, type TableColumn, type Terminal, toLine } from "../terminal/index.js";
import { lfLabels } from "./lf-labels.js";

/** Pairs and additions that are shown of each node; the signed result holds all. */
const SHOWN = 8;

/** One table a node, after the paper's Tables 3, 4, 9 and 10: LFs alone, the best pairs, grown sets; then what to add next. */
export function renderCombinations(terminal: Terminal, results: readonly Result[]): string | undefined {
  const texts = results.flatMap(({ node, outputs: { combinations } }) =>
    combinations === undefined ? [] : [`${terminal.colors.bold(toLine(node))}\n${renderNode(terminal, combinations)}`],
  );
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

function renderNode(terminal: Terminal, combinations: Combinations): string {
  const { lfs, singles, pairs, grown, growth, next, positive, rankCorrelations } = combinations;
  const labels = lfLabels(lfs);
  const name = (lf: number) => labels.get(lfs[lf] ?? "") ?? "";
  const columns: TableColumn[] = [
    { title: "first LF" },
    { title: "second LF" },
    ...[`LF F1 (${toLine(positive)})`, "tree F1", "cls F1", "cover", "gained", "overl", "confl", "corr"].map(
      (title) => ({
        title,
        align: "right" as const,
      }),
    ),
  ];
  const row = (set: CombinationSet, names: readonly string[]) => [
    ...names,
    formatShare(set.labelModel.positive),
    formatShare(set.tree.positive),
    formatShare(set.endClassifier),
    formatShare(set.coverage),
    formatShare(set.coverageGained),
    formatShare(set.overlap),
    formatShare(set.conflict),
    formatShare(set.correlation),
  ];
  const best = [...pairs]
    .sort((a, b) => (b.labelModel.positive ?? -1) - (a.labelModel.positive ?? -1) || b.coverage - a.coverage)
    .slice(0, SHOWN);
  const table = drawTable(terminal, columns, [
    ...singles.map((set) => row(set, [...set.lfs.map(name), "–"])),
    ...best.map((set) => row(set, set.lfs.map(name))),
    ...grown.map((set) => row(set, [`set of ${set.lfs.length}`, `+ ${name(set.lfs.at(-1) ?? 0)}`])),
  ]);
  const shorten = (reason: string) =>
    toLine(reason.replace(/[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*@[0-9][0-9a-z.-]*#/g, ""), 500);
  const ranked = (value: number | null) => (value === null ? "unknown" : value.toFixed(2));
  return [
    table,
    ...(pairs.length > SHOWN ? [`${pairs.length - SHOWN} more pairs are in the result.`] : []),
    "",
    "Growing a set:",
    ...growth.map(({ reason }, index) => `  ${index + 1}. ${shorten(reason)}`),
    `What to add next to ${next.base.map(name).join(", ")}:`,
    ...next.additions.slice(0, SHOWN).map(({ reason }, index) => `  ${index + 1}. ${shorten(reason)}`),
    `Rank correlation with LF F1: coverage ${ranked(rankCorrelations.coverage.value)}, coverage gained ${ranked(rankCorrelations.coverageGained.value)}, feature correlation ${ranked(rankCorrelations.featureCorrelation.value)}.`,
    ...combinations.reasons.map((reason) => toLine(reason, 500)),
  ].join("\n");
}
