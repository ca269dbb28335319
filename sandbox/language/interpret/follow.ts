import type { DatasetStatistics } from "@flamenco/policies/wire";
import type { LfDecision } from "../decide/index.js";
import type { LfRow } from "../row.js";
import type { VerifiedLf } from "../verification.js";
import { Interpreter, missing } from "./interpreter.js";

/** One test on a row's way through a decision. */
export interface DecisionStep {
  /** Index of the tree's node. */
  readonly node: number;
  /** `missing`: the row lacks a value that the condition reads, so the LF abstains here. */
  readonly answer: "yes" | "no" | "missing";
}

export interface DecisionPath {
  readonly steps: readonly DecisionStep[];
  readonly label: string | null;
}

/** Walk one row through an LF's decision: which conditions held, and the label at the end. For `explain row`. */
export function followDecision(
  lf: VerifiedLf,
  decision: LfDecision,
  row: LfRow,
  statistics: DatasetStatistics,
): DecisionPath {
  const nodes = { nodes: decision.nodes, root: 0, labels: lf.program.labels };
  const interpreter = new Interpreter(nodes, row, statistics);
  const steps: DecisionStep[] = [];
  let index = 0;
  for (;;) {
    const node = decision.tree.nodes[index];
    const condition = decision.conditions[index];
    if (node === undefined || node.type === "leaf") return { steps, label: node?.label ?? null };
    const answer = condition === undefined || condition === null ? missing : interpreter.answer(condition);
    if (answer === missing) return { steps: [...steps, { node: index, answer: "missing" }], label: null };
    steps.push({ node: index, answer: answer ? "yes" : "no" });
    index = answer ? node.yes : node.no;
  }
}
