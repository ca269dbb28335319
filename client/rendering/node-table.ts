import type { ReleaseTerms } from "@flamenco/policies/wire";
import type { Balance, Balances } from "../sdk/index.js";
import { drawTable, formatCount, type Terminal, toLine } from "../terminal/index.js";

/** A node as its announcement has it, with what is left of the budgets of its datasets. */
export interface ListedNode {
  readonly name: string;
  readonly at: string;
  readonly datasets: readonly {
    readonly name: string;
    readonly kind: string;
    readonly terms: Pick<ReleaseTerms, "preset" | "rules" | "rows"> | null;
    readonly balances: Balances | null;
  }[];
}

/** Nodes and their datasets, a dataset a line. */
export function renderNodes(terminal: Terminal, nodes: readonly ListedNode[]): string {
  if (nodes.length === 0) return "No node has announced itself to the registry yet.";
  const columns = [
    { title: "node" },
    { title: "dataset" },
    { title: "kind" },
    { title: "rows", align: "right" as const },
    { title: "preset" },
    { title: "epsilon a release", align: "right" as const },
    { title: "left to you", align: "right" as const },
    { title: "left to all", align: "right" as const },
    { title: "as of" },
  ];
  const rows = nodes.flatMap(({ name, at, datasets }) =>
    datasets.length === 0
      ? [[toLine(name), "none", "", "", "", "", "", "", at]]
      : datasets.map(({ name: dataset, kind, terms, balances }) => [
          toLine(name),
          toLine(dataset),
          toLine(kind),
          terms === null ? "not told" : `about ${formatCount(terms.rows)}`,
          terms?.preset ?? "not told",
          balances === null || terms === null ? "" : String(terms.rules.epsilon.release),
          leftOf(balances?.collaborator),
          leftOf(balances?.dataset),
          at,
        ]),
  );
  return drawTable(terminal, columns, rows);
}

function leftOf(balance: Balance | undefined): string {
  if (balance === undefined) return "";
  return `${balance.leftEpsilon === null ? "?" : formatEpsilon(balance.leftEpsilon)} of ${balance.epsilon}`;
}

/** Two decimals, rounded down: a balance never looks larger than it is. */
export const formatEpsilon = (epsilon: number): string => String(Math.floor(epsilon * 100) / 100);
