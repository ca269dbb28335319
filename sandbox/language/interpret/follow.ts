import type { DatasetStatistics } from "@flamenco/policies/wire";
import type { LfDecision } from "../decide/index.js";
import type { LfRow } from "../row.js";
import { Interpreter, missing } from "./interpreter.js";

/** One test on a row's way through a decision. */
export interface DecisionStep {
  /** Index of the tree's node. */
  readonly node: number;
  /** `missing`: the row lacks a value that the condition reads. */
  readonly answer: "yes" | "no" | "missing";
}

export interface DecisionPath {
  readonly steps: readonly DecisionStep[];
  readonly label: string | null;
}

/**
 * Walk one row through a decision: which conditions held, and the label at the end. Where a value is missing and the node has
 * no branch for that, the LF abstains. For `explain row`.
 */
export function followDecision(decision: LfDecision, row: LfRow, statistics: DatasetStatistics): DecisionPath {
  const interpreter = new Interpreter({ nodes: decision.nodes, root: 0, labels: [] }, row, statistics);
  const steps: DecisionStep[] = [];
  let index = 0;
  for (;;) {
    const node = decision.tree.nodes[index];
    const condition = decision.conditions[index];
    if (node === undefined || node.type === "leaf") return { steps, label: node?.label ?? null };
    const held = condition === undefined || condition === null ? missing : interpreter.answer(condition);
    const answer = held === missing ? "missing" : held ? "yes" : "no";
    steps.push({ node: index, answer });
    const next = node[answer];
    if (next === undefined) return { steps, label: null };
    index = next;
  }
}
