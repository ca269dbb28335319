import type { DecisionTree, TreeTest } from "@flamenco/policies/wire";

/** Answers that lead to one node. */
export type BranchAnswer = "yes" | "no" | "missing" | "yes, missing" | "no, missing";

export interface Branch {
  readonly answer: BranchAnswer;
  /** Index of the node that follows. */
  readonly to: number;
}

/** Where a test leads, in the order in which it is drawn. Rows without a value share a branch where they can. */
export function branchesOf({ yes, no, missing }: TreeTest): Branch[] {
  const both: Branch[] = [
    { answer: missing === yes ? "yes, missing" : "yes", to: yes },
    { answer: missing === no && missing !== yes ? "no, missing" : "no", to: no },
  ];
  return missing === undefined || missing === yes || missing === no
    ? both
    : [...both, { answer: "missing", to: missing }];
}

/** How many branches lead to each node. */
export function countEntries(tree: DecisionTree): ReadonlyMap<number, number> {
  const entries = new Map<number, number>();
  for (const node of tree.nodes) {
    if (node.type !== "test") continue;
    for (const { to } of branchesOf(node)) entries.set(to, (entries.get(to) ?? 0) + 1);
  }
  return entries;
}
