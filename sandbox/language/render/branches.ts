import type { TreeTest } from "@flamenco/policies/wire";

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
